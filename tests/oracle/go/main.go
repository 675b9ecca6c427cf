// Checks an export with golang.org/x/mod, which nobody here wrote: the checkpoint as a note, every
// leaf hash through authenticated tiles, every tile and bundle, every act's signatures.
//
// usage: main DIR VKEY [SAMPLE_DIR N]   writes the parts of every N-th signature for openssl
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func check(err error, what string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

func demand(good bool, format string, args ...interface{}) {
	if !good {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
		os.Exit(1)
	}
}

// tlog-tiles leaves the height out of the path and calls data "entries".
func path(dir string, t tlog.Tile) string {
	name := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
	return filepath.Join(dir, name)
}

type tiles struct{ dir string }

func (r tiles) Height() int { return height }

func (r tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range list {
		data, err := os.ReadFile(path(r.dir, t))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

func (r tiles) SaveTiles([]tlog.Tile, [][]byte) {}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(s)) {
			return nil, fmt.Errorf("no hash %d", x)
		}
		out[i] = s[x]
	}
	return out, nil
}

func readCheckpoint(dir, vkey string) tlog.Tree {
	text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	check(err, "checkpoint")
	verifier, err := note.NewVerifier(vkey)
	check(err, "vkey")
	opened, err := note.Open(text, note.VerifierList(verifier))
	check(err, "note")
	lines := strings.Split(opened.Text, "\n")
	demand(len(lines) == 4 && lines[3] == "", "the checkpoint has other than three lines")
	demand(lines[0] == verifier.Name(), "the origin is not the key's name")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "size")
	root, err := tlog.ParseHash(lines[2])
	check(err, "root")
	return tlog.Tree{N: size, Hash: root}
}

func readEntries(dir string, size int64) [][]byte {
	var entries [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := 256
		if left := size - n*256; left < 256 {
			width = int(left)
		}
		name := strings.Replace(path(dir, tlog.Tile{H: height, L: -1, N: n, W: width}),
			"tile/data/", "tile/entries/", 1)
		data, err := os.ReadFile(name)
		check(err, "bundle")
		for i := 0; i < width; i++ {
			demand(len(data) >= 2, "%s is short", name)
			length := int(binary.BigEndian.Uint16(data))
			demand(len(data) >= 2+length, "%s is short", name)
			entries = append(entries, data[2:2+length])
			data = data[2+length:]
		}
		demand(len(data) == 0, "%s has %d bytes left over", name, len(data))
	}
	return entries
}

type envelope struct {
	Payload     string
	PayloadType string
	Signatures  []struct{ Keyid, Sig string }
}

type credentials map[string]ed25519.PublicKey

func checkAct(i int, entry []byte, known credentials, sample string, every int) {
	var e envelope
	check(json.Unmarshal(entry, &e), "envelope")
	payload, err := base64.StdEncoding.Strict().DecodeString(e.Payload)
	check(err, "payload")
	pae := []byte(fmt.Sprintf("DSSEv1 %d %s %d ", len(e.PayloadType), e.PayloadType, len(payload)))
	pae = append(pae, payload...)
	if i == 0 {
		var found struct {
			Body struct{ Founders []struct{ Credential string } }
		}
		check(json.Unmarshal(payload, &found), "entry 0")
		for _, f := range found.Body.Founders {
			key, err := hex.DecodeString(f.Credential)
			check(err, "credential")
			id := sha256.Sum256(key)
			known[hex.EncodeToString(id[:])] = key
		}
	}
	for k, s := range e.Signatures {
		key, ok := known[s.Keyid]
		demand(ok, "entry %d: unknown key id", i)
		sig, err := base64.StdEncoding.Strict().DecodeString(s.Sig)
		check(err, "signature")
		demand(ed25519.Verify(key, pae, sig), "entry %d: bad signature", i)
		if every > 0 && i%every == 0 {
			base := filepath.Join(sample, fmt.Sprintf("%d-%d", i, k))
			// SubjectPublicKeyInfo of an Ed25519 key (RFC 8410).
			der := append([]byte{0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00}, key...)
			check(os.WriteFile(base+".pae", pae, 0o644), "sample")
			check(os.WriteFile(base+".sig", sig, 0o644), "sample")
			check(os.WriteFile(base+".der", der, 0o644), "sample")
		}
	}
}

func main() {
	dir, vkey := os.Args[1], os.Args[2]
	sample, every := "", 0
	if len(os.Args) > 4 {
		sample = os.Args[3]
		every, _ = strconv.Atoi(os.Args[4])
	}
	tree := readCheckpoint(dir, vkey)
	entries := readEntries(dir, tree.N)
	demand(int64(len(entries)) == tree.N, "%d entries, not %d", len(entries), tree.N)

	// Every leaf, authenticated against the root through the tiles.
	reader := tlog.TileHashReader(tree, tiles{dir})
	for start := int64(0); start < tree.N; start += 256 {
		var indexes []int64
		for i := start; i < tree.N && i < start+256; i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, i))
		}
		hashes, err := reader.ReadHashes(indexes)
		check(err, "leaves")
		for k, h := range hashes {
			demand(h == tlog.RecordHash(entries[start+int64(k)]), "leaf %d differs", start+int64(k))
		}
	}

	// The whole tree from the entries, and each tile from it.
	var all stored
	for i, entry := range entries {
		more, err := tlog.StoredHashes(int64(i), entry, all)
		check(err, "hashes")
		all = append(all, more...)
	}
	root, err := tlog.TreeHash(tree.N, all)
	check(err, "root")
	demand(root == tree.Hash, "the root differs")
	count := 0
	for _, t := range tlog.NewTiles(height, 0, tree.N) {
		// NewTiles lists every width on the way; an export holds the last.
		if width := tree.N >> uint(height*t.L) % 256; t.W < 256 && int64(t.W) != width {
			continue
		}
		want, err := tlog.ReadTileData(t, all)
		check(err, "tile")
		have, err := os.ReadFile(path(dir, t))
		check(err, "tile")
		demand(bytes.Equal(want, have), "%s differs", t.Path())
		count++
	}

	known := credentials{}
	for i, entry := range entries {
		checkAct(i, entry, known, sample, every)
	}
	fmt.Printf("%d entries, %d tiles\n", tree.N, count)
}

// Render a stream of ZPL labels and write them as portable bitmaps, one after another.
//
// The renderer is the npm package zpl-renderer-js. It has paper of just the dots that ^PW and ^LL
// say (on wider paper it centres the label) and takes no notice of ^PO.
//
// usage: node zpl2pbm.cjs NODE_MODULES <labels.zpl >labels.pbm
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const zlib = require("node:zlib");

// Grey of each pixel of a PNG of 8 bits a channel, as RFC 2083 says.
function readPng(bytes) {
    let pos = 8;
    let head = null;
    const parts = [];
    while (pos < bytes.length) {
        const len = bytes.readUInt32BE(pos);
        const kind = bytes.toString("latin1", pos + 4, pos + 8);
        const body = bytes.subarray(pos + 8, pos + 8 + len);
        if (kind === "IHDR") {
            head = { width: body.readUInt32BE(0), height: body.readUInt32BE(4), depth: body[8], colour: body[9] };
        } else if (kind === "IDAT") {
            parts.push(body);
        }
        pos += 12 + len;
    }
    const channels = { 0: 1, 2: 3, 4: 2, 6: 4 }[head.colour];
    if (head.depth !== 8 || channels === undefined) {
        throw new Error(`a PNG of colour ${head.colour}, depth ${head.depth}`);
    }
    const raw = zlib.inflateSync(Buffer.concat(parts));
    const stride = head.width * channels;
    const rows = Buffer.alloc(stride * head.height);
    for (let y = 0; y < head.height; y++) {
        const filter = raw[y * (stride + 1)];
        for (let i = 0; i < stride; i++) {
            const a = i >= channels ? rows[y * stride + i - channels] : 0;
            const b = y > 0 ? rows[(y - 1) * stride + i] : 0;
            const c = y > 0 && i >= channels ? rows[(y - 1) * stride + i - channels] : 0;
            const p = a + b - c;
            const near = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
            const paeth = near[0] <= near[1] && near[0] <= near[2] ? a : near[1] <= near[2] ? b : c;
            const add = [0, a, b, (a + b) >> 1, paeth][filter];
            rows[y * stride + i] = raw[y * (stride + 1) + 1 + i] + add;
        }
    }
    const grey = (x, y) => rows[y * stride + x * channels];
    return { width: head.width, height: head.height, grey };
}

function toPbm(png, width, height) {
    if (png.width !== width || png.height !== height) {
        throw new Error(`a picture of ${png.width} by ${png.height} of a label of ${width} by ${height}`);
    }
    const row = Math.ceil(width / 8);
    const bits = Buffer.alloc(row * height);
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            const grey = png.grey(x, y);
            if (grey !== 0 && grey !== 255) {
                throw new Error(`grey ${grey} at ${x},${y}`);
            }
            if (grey === 0) {
                bits[y * row + (x >> 3)] |= 0x80 >> (x & 7);
            }
        }
    }
    return Buffer.concat([Buffer.from(`P4\n${width} ${height}\n`), bits]);
}

async function main() {
    const { ready } = require(path.resolve(process.argv[2], "zpl-renderer-js"));
    const { api } = await ready;
    const stream = fs.readFileSync(0, "latin1");
    const labels = stream.match(/(~SD\d\d\n)?\^XA[^]*?\^XZ\n/g) || [];
    if (labels.join("") !== stream) {
        throw new Error("bytes between the labels");
    }
    for (const zpl of labels) {
        const [, width, height] = zpl.match(/\^PW(\d+)\^LL(\d+)\^LH0,0\^PO[NI]/);
        const image = await api.zplToBase64Async(zpl, width / 8, height / 8, 8);
        const png = readPng(Buffer.from(image, "base64"));
        process.stdout.write(toPbm(png, Number(width), Number(height)));
    }
}

main().then(() => process.exit(0), (error) => {
    console.error(`zpl2pbm: ${error.message}`);
    process.exit(1);
});

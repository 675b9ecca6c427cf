#!/usr/bin/env python3
"""Read a stream of TSPL labels back and write them as portable bitmaps, one after another.

A bitmap is binary, so the stream is read by length and never by line. What a printer would not
understand, or a label that depends on what came before it, stops the program.

usage: tspl2pbm.py [--invert] WIDTH_DOTS <labels.tspl >labels.pbm
"""
import re
import sys

BEFORE = [rb"SIZE (\d+(?:\.\d\d)?) mm,(\d+(?:\.\d\d)?) mm", rb"GAP \d+(?:\.\d\d)? mm,0 mm",
          rb"(?:DENSITY (?:\d|1[0-5])\r\nSPEED \d+\r\n)?DIRECTION [01]", rb"REFERENCE 0,0", rb"CLS"]
HEAD = re.compile(b"\r\n".join(BEFORE) + rb"\r\nBITMAP 0,0,(\d+),(\d+),0,")
FOOT = re.compile(rb"\r\nPRINT 1,(\d+)\r\n")


def main():
    invert = sys.argv[1] == "--invert"
    width = int(sys.argv[-1])
    data = sys.stdin.buffer.read()
    flip = bytes(i if invert else i ^ 0xFF for i in range(256))
    out = sys.stdout.buffer
    pos = 0
    while pos < len(data):
        head = HEAD.match(data, pos)
        if not head:
            sys.exit("tspl2pbm: no label at byte %d: %r" % (pos, data[pos:pos + 60]))
        row, height = int(head.group(3)), int(head.group(4))
        if row != (width + 7) // 8:
            sys.exit("tspl2pbm: %d bytes a row, of %d dots" % (row, width))
        pixels = data[head.end():head.end() + row * height]
        foot = FOOT.match(data, head.end() + row * height)
        if not foot:
            sys.exit("tspl2pbm: no PRINT after the bitmap at byte %d" % head.end())
        for _ in range(int(foot.group(1))):
            out.write(b"P4\n%d %d\n" % (width, height) + pixels.translate(flip))
        pos = foot.end()


main()

#!/usr/bin/env python3
"""A label printer's raw port on this machine, for one connection.

usage: printers_port.py take|half|mute|gone PORT_FILE RECEIVED
  take  reads all and closes in order, as a printer does     half  reads 100,000 bytes, then resets
  mute  accepts and reads nothing                            gone  nobody listens at the port
"""
import os
import socket
import struct
import sys
import time


def main():
    mode, port_file, received = sys.argv[1:]
    port = socket.socket()
    # Small, so that what a printer does not read soon stays with the sender.
    port.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    port.bind(("127.0.0.1", 0))
    if mode != "gone":
        port.listen(1)
    with open(port_file + ".new", "w", encoding="ascii") as file:
        file.write("%d\n" % port.getsockname()[1])
    os.rename(port_file + ".new", port_file)
    if mode == "gone":
        time.sleep(20)
        return
    port.settimeout(20)
    peer = port.accept()[0]
    if mode == "mute":
        time.sleep(20)
        return
    data = b""
    while mode == "take" or len(data) < 100000:
        part = peer.recv(65536)
        if not part:
            break
        data += part
    with open(received, "wb") as file:
        file.write(data)
    if mode == "half":  # a reset, as when the power goes
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


main()

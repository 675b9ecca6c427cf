#!/bin/sh
# Questions at a terminal (terminal.py).
exec python3 "$(dirname "$0")/terminal.py"

"""What pod and host say to each other. Runs unchanged on CPython 3.11+ and MicroPython 1.25+: struct, binascii and
collections only, no clock, no input or output. docs/pod.md tells the protocol in a page.

framing     bytes <-> bodies: COBS, CRC-32
messages    bodies <-> messages, each declared once
reliable    edges and commands that are numbered, repeated and applied once
reports     the trace of a fault, in parts
clock       the pod's ticks in the host's seconds
pod_end     the pod's side of the conversation
host_end    the host's side of the conversation
"""

#!/usr/bin/env python3
"""Verifies a log directory from the published formats alone; nothing of Leeward is used here.

    verify_log.py DIRECTORY LOG_VKEY [WITNESS_VKEY...]

RFC 6962 (tree), RFC 8032 (Ed25519), c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature and
tlog-tiles, from their texts. Every signature that is named must be there and hold, every entry must be
the leaf that its tile says, every tile must follow from the ones below it, and the root must be the
checkpoint's. Prints the size; exits 1 at the first fault.
"""
import base64
import hashlib
import os
import sys

WIDTH = 256


def fault(words):
    sys.exit(f"verify_log: {words}")


# --- Ed25519, RFC 8032 section 5.1 ----------------------------------------------------------------

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e = (y1 - x1) * (y2 - x2) % P
    f = (y1 + x1) * (y2 + x2) % P
    g = 2 * t1 * t2 * D % P
    h = 2 * z1 * z2 % P
    return ((f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P)


def times(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_holds(key, message, signature):
    a, r, s = decompress(key), decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    return same(times(s, BASE), add(r, times(k, a)))


# --- notes and checkpoints ------------------------------------------------------------------------


def read_vkey(text):
    name, key_id, key = text.split("+", 2)
    raw = base64.b64decode(key, validate=True)
    if hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != key_id:
        fault(f"the id of {name} is not its key's")
    return name, bytes.fromhex(key_id), raw[0], raw[1:]


def signature_holds(kind, key, text, signature):
    if kind == 1:
        return len(signature) == 64 and ed25519_holds(key, text, signature)
    if kind == 4 and len(signature) == 72:
        at = int.from_bytes(signature[:8], "big")
        return ed25519_holds(key, b"cosignature/v1\ntime %d\n" % at + text, signature[8:])
    return False


def open_checkpoint(note, vkeys):
    text, _, lines = note.rpartition(b"\n\n")
    text += b"\n"
    signatures = {}
    for line in lines.decode().splitlines():
        dash, name, value = line.split(" ")
        if dash != "\u2014":
            fault("a signature line without its dash")
        raw = base64.b64decode(value, validate=True)
        signatures[name, raw[:4]] = raw[4:]
    for name, key_id, kind, key in map(read_vkey, vkeys):
        if (name, key_id) not in signatures:
            fault(f"{name} has not signed")
        if not signature_holds(kind, key, text, signatures[name, key_id]):
            fault(f"the signature of {name} does not hold")
    origin, size, root = text.decode().splitlines()
    if origin != read_vkey(vkeys[0])[0]:
        fault("another log's checkpoint")
    return int(size), base64.b64decode(root, validate=True)


# --- the tree -------------------------------------------------------------------------------------


def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def tree_hash(hashes):
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(tree_hash(hashes[:split]), tree_hash(hashes[split:]))


def path_of(kind, index, width):
    digits = f"{index % 1000:03}"
    while index >= 1000:
        index //= 1000
        digits = f"x{index % 1000:03}/{digits}"
    return f"tile/{kind}/{digits}" + ("" if width == WIDTH else f".p/{width}")


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def tiles_of(count):
    for index in range((count + WIDTH - 1) // WIDTH):
        yield index, min(WIDTH, count - index * WIDTH)


def read_entries(folder, size):
    hashes = []
    for index, width in tiles_of(size):
        data, count = read(folder, path_of("entries", index, width)), 0
        while data:
            length = int.from_bytes(data[:2], "big")
            hashes.append(leaf_hash(data[2 : 2 + length]))
            data, count = data[2 + length :], count + 1
        if count != width:
            fault(f"bundle {index} has {count} entries")
    return hashes


def check_level(folder, level, hashes):
    for index, width in tiles_of(len(hashes)):
        name = path_of(level, index, width)
        if read(folder, name) != b"".join(hashes[index * WIDTH : index * WIDTH + width]):
            fault(f"{name} does not follow from what is below it")


def main(folder, *vkeys):
    size, root = open_checkpoint(read(folder, "checkpoint"), vkeys)
    hashes = read_entries(folder, size)
    if tree_hash(hashes) != root:
        fault("the entries do not give the root of the checkpoint")
    level = 0
    while hashes:
        check_level(folder, level, hashes)
        full = len(hashes) // WIDTH
        hashes = [tree_hash(hashes[i * WIDTH : (i + 1) * WIDTH]) for i in range(full)]
        level += 1
    print(size)


main(*sys.argv[1:])

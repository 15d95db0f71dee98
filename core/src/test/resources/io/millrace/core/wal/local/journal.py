# SPDX-License-Identifier: Apache-2.0
# A block device in a file that also keeps the order of what was written and flushed to it.
import os
import struct

import nbdkit

API_VERSION = 2
parameters = {}


def config(key, value):
    parameters[key] = value


def thread_model():
    return nbdkit.THREAD_MODEL_SERIALIZE_ALL_REQUESTS


def open(readonly):
    image = os.open(parameters["image"], os.O_RDWR)
    journal = os.open(parameters["journal"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    return (image, journal)


def get_size(handle):
    return os.fstat(handle[0]).st_size


def can_flush(handle):
    return True


def can_fua(handle):
    return nbdkit.FUA_NATIVE


def pread(handle, buffer, offset, flags):
    os.preadv(handle[0], [buffer], offset)


def note(handle, kind, offset, data):
    os.write(handle[1], struct.pack(">BQI", kind, offset, len(data)) + bytes(data))


def pwrite(handle, buffer, offset, flags):
    os.pwrite(handle[0], buffer, offset)
    note(handle, 1, offset, buffer)
    if flags & nbdkit.FLAG_FUA:
        note(handle, 2, 0, b"")


def flush(handle, flags):
    note(handle, 2, 0, b"")

"""aiotus: a file in chunks, or in several partial uploads at once that are then joined."""

import asyncio
import io
import sys
import urllib.parse

import aiotus

url, token, file, chunk, parallel = sys.argv[1:6]
config = aiotus.RetryConfiguration(retry_attempts=10, max_retry_period_seconds=1)
asked = {"config": config, "headers": {"Authorization": f"Bearer {token}"}, "chunksize": int(chunk)}


async def main():
    if int(parallel) == 1:
        with open(file, "rb") as content:
            return await aiotus.upload(url, content, {"filename": b"file"}, **asked)
    with open(file, "rb") as content:
        whole = content.read()
    size = -(-len(whole) // int(parallel))
    parts = [io.BytesIO(whole[at : at + size]) for at in range(0, len(whole), size)]
    return await aiotus.upload_multiple(url, parts, {"filename": b"file"}, parallel_uploads=int(parallel), **asked)


location = asyncio.run(main())
if location is None:
    sys.exit("the upload failed")
print(urllib.parse.urljoin(url, str(location)))

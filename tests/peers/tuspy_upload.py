"""tuspy: a file in chunks, each with its SHA-1. Without metadata it sends an empty Upload-Metadata."""

import sys

from tusclient.client import TusClient

url, token, file, chunk = sys.argv[1:5]
client = TusClient(url, headers={"Authorization": f"Bearer {token}"})
uploader = client.uploader(file, chunk_size=int(chunk), upload_checksum=True, retries=10, retry_delay=1)
uploader.upload()
print(uploader.url)

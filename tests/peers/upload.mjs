// tus-js-client: a file in chunks, or in several partial uploads at once that are then joined.
import { basename } from 'node:path'
import { createReadStream } from 'node:fs'
import { Upload } from 'tus-js-client'

const [url, token, file, chunk, parallel] = process.argv.slice(2)
const options = {
  endpoint: url,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: basename(file) },
  chunkSize: Number(chunk),
  parallelUploads: Number(parallel),
  retryDelays: [0, 200, 500, 1000, 2000, 2000, 2000],
  onError: (error) => {
    console.error(error)
    process.exitCode = 1
  },
  onSuccess: () => console.log(upload.url),
}
const upload = new Upload(createReadStream(file), options)
upload.start()

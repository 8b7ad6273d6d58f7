// @tus/server with its file store, as its documentation shows it.
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'

const [folder] = process.argv.slice(2)
const datastore = new FileStore({ directory: folder, expirationPeriodInMilliseconds: 24 * 3600 * 1000 })
const server = new Server({ path: '/files', datastore, maxSize: 2 ** 30 })
const http = server.listen({ host: '127.0.0.1', port: 0 }, () => {
  console.log(`http://127.0.0.1:${http.address().port}/files`)
})

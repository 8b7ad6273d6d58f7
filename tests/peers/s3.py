"""moto's S3 in memory; its bucket is `hub`. It looks at no signature."""

import threading
import urllib.request

from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
url = "http://%s:%s" % server.get_host_and_port()
urllib.request.urlopen(urllib.request.Request(url + "/hub", method="PUT"))
print(url, flush=True)
threading.Event().wait()

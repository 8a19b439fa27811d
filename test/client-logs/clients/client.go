// Fetches pages through the proxy and logs what happens.
package main

import (
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"
)

func main() {
	log.SetFlags(log.LstdFlags | log.Lmicroseconds)
	proxy, err := url.Parse(os.Getenv("PROXY_URL"))
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("using proxy %s", proxy.Redacted())
	client := &http.Client{
		Timeout:   3 * time.Second,
		Transport: &http.Transport{Proxy: http.ProxyURL(proxy)},
	}
	for _, target := range os.Args[1:] {
		response, err := client.Get(target)
		if err != nil {
			log.Printf("ERROR %v", err)
		} else {
			body, _ := io.ReadAll(response.Body)
			response.Body.Close()
			log.Printf("%s %s (%d bytes)", target, response.Status, len(body))
		}
		time.Sleep(200 * time.Millisecond)
	}
}

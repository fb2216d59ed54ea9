package io.muster.api.usage;

import io.muster.schema.frame.ReservedPort;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An nginx in a temporary folder that serves pages and forwards {@code /gpu-ws} to the usage
 * endpoint, as in the protocol document, and {@code /report} to the test.
 */
final class NginxProxy implements AutoCloseable {
  private static final String CONFIG =
      """
      daemon off;
      master_process off;
      pid FOLDER/nginx.pid;
      error_log FOLDER/error.log;
      events { worker_connections 64; }
      http {
        access_log off;
        types { text/html html; }
        client_body_temp_path FOLDER/body;
        proxy_temp_path FOLDER/proxy;
        fastcgi_temp_path FOLDER/fastcgi;
        uwsgi_temp_path FOLDER/uwsgi;
        scgi_temp_path FOLDER/scgi;
        server {
          listen 127.0.0.1:LISTEN;
          location / {
            root FOLDER;
          }
          location /report {
            proxy_pass http://127.0.0.1:REPORT;
          }
          location /gpu-ws {
            proxy_pass http://127.0.0.1:USAGE/usage;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_set_header Host $host;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_read_timeout 86400;
            proxy_connect_timeout 30s;
            proxy_buffering off;
          }
        }
      }
      """;

  private final ReservedPort port;
  private final Process process;

  private NginxProxy(ReservedPort port, Process process) {
    this.port = port;
    this.process = process;
  }

  /** Starts nginx; returns when it accepts connections. */
  static NginxProxy start(Path folder, int usagePort, int reportPort) throws IOException {
    var port = new ReservedPort();
    var config =
        CONFIG
            .replace("FOLDER", folder.toString())
            .replace("LISTEN", Integer.toString(port.number()))
            .replace("REPORT", Integer.toString(reportPort))
            .replace("USAGE", Integer.toString(usagePort));
    var file = Files.writeString(folder.resolve("nginx.conf"), config);
    var output = folder.resolve("nginx.out").toFile();
    var process =
        new ProcessBuilder("nginx", "-p", folder.toString(), "-c", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    var proxy = new NginxProxy(port, process);
    AssertionPoller.awaitAssertion(Duration.ofMinutes(1), proxy::connect);
    return proxy;
  }

  int port() {
    return port.number();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    port.close();
  }

  private void connect() throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.number()), 1000);
    }
  }
}

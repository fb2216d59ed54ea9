package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.Exchange;
import io.muster.runtime.config.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The web server of a page whose host name is rebound to a node: it serves the page at {@code
 * /page}, and every other connection reaches the node unchanged. Safe for use by any thread.
 */
final class RebindingServer implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final HostPort node;
  private final byte[] page;

  RebindingServer(HostPort node, String page) throws IOException {
    this.node = node;
    this.page = page.getBytes(UTF_8);
    start(this::acceptAll);
  }

  /** The origin of its page under this name. */
  String origin(String name) {
    return "http://" + name + ":" + server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (var socket : sockets) {
      socket.close();
    }
  }

  private void acceptAll() throws IOException {
    while (true) {
      var client = register(server.accept());
      start(() -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    var head = readHead(client.getInputStream());
    if (head.startsWith("GET /page")) {
      var response =
          "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: "
              + page.length
              + "\r\n\r\n";
      client.getOutputStream().write(response.getBytes(ISO_8859_1));
      client.getOutputStream().write(page);
      client.close();
      return;
    }
    var upstream = register(Exchange.connect(node));
    upstream.getOutputStream().write(head.getBytes(ISO_8859_1));
    start(() -> copy(upstream, client));
    copy(client, upstream);
  }

  private Socket register(Socket socket) {
    sockets.add(socket);
    return socket;
  }

  private static void copy(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    }
  }

  private static String readHead(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      var next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
    }
    return head.toString(ISO_8859_1);
  }

  private static void start(SocketTask task) {
    var thread = new Thread(task::runUntilClosed, "rebinding");
    thread.setDaemon(true);
    thread.start();
  }

  /** Work on sockets that ends when one of them is closed. */
  private interface SocketTask {
    void run() throws IOException;

    default void runUntilClosed() {
      try {
        run();
      } catch (IOException closed) {
        // The browser or the test closes the sockets.
      }
    }
  }
}

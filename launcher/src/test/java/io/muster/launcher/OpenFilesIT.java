package io.muster.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.frame.ReservedPort;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member whose process may have few open files, and clients that open as many as they can. */
@Tag("slow")
class OpenFilesIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final int MAX_OPEN_FILES = 800;

  private final ReservedPort memberPort = new ReservedPort();
  private final List<Socket> sockets = new ArrayList<>();
  @TempDir private Path data;

  @AfterEach
  void closeSockets() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
    memberPort.close();
  }

  @Test
  void connections_asManyAsClientsCanOpen_leaveFilesForMembers() throws Exception {
    try (var node = startMember().awaitBanner()) {
      var main = URI.create(node.baseUrl("main"));
      var connections = new ArrayList<Socket>();
      for (var count = 0; count < MAX_OPEN_FILES; count++) {
        connections.add(connect(main.getHost(), main.getPort()));
      }

      assertThat(read(connections.get(MAX_OPEN_FILES - 1), 12)).isEqualTo("HTTP/1.1 503");
      assertThat(read(connect("127.0.0.1", memberPort.number()), 3)).isEqualTo("MST");
      connections.get(0).close();
      AssertionPoller.awaitAssertion(
          TIMEOUT, () -> assertThat(node.get("/healthz").statusCode()).isEqualTo(200));
    }
  }

  @Test
  void membership_lostForWantOfOpenFiles_endsTheNode() throws Exception {
    try (var node = startMember().awaitBanner()) {
      limitOpenFiles(node, 10);

      connect("127.0.0.1", memberPort.number());

      assertThat(node.awaitExit(TIMEOUT)).isEqualTo(1);
      assertThat(node.output()).contains("membership of the cluster was lost");
    }
  }

  private MusterProcess startMember() throws IOException {
    var arguments =
        MusterProcess.serveArguments(
            data,
            "--roles=api,collector",
            "--set=api.limits.header_timeout=1m",
            "--set=cluster.listen=" + memberPort.address());
    return MusterProcess.runAfter("ulimit -n " + MAX_OPEN_FILES, arguments, Map.of());
  }

  /** The process keeps the files that are open, and cannot open another. */
  private static void limitOpenFiles(MusterProcess node, int limit) throws Exception {
    var prlimit =
        new ProcessBuilder("prlimit", "--pid=" + node.pid(), "--nofile=" + limit).inheritIO();
    assertThat(prlimit.start().waitFor()).isZero();
  }

  private Socket connect(String host, int port) throws IOException {
    var socket = new Socket(host, port);
    sockets.add(socket);
    socket.setSoTimeout((int) TIMEOUT.toMillis());
    return socket;
  }

  private static String read(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), US_ASCII);
  }
}

package io.muster.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.HostPort;
import io.muster.schema.frame.ReservedPort;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A JVM that is out of memory ends at once, and no client can bring one into that state. */
@Tag("slow")
class OutOfMemoryIT {
  /** The exit code of {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int OUT_OF_MEMORY = 3;

  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final int TWO_GIGABYTES = Integer.MAX_VALUE;

  @TempDir private Path directory;
  @AutoClose private final ReservedPort memberPort = new ReservedPort();
  @AutoClose private final ReservedPort busPort = new ReservedPort();

  @ParameterizedTest
  @ValueSource(strings = {"serve", "--roles collector serve", "db status", "snapshot"})
  void script_anyCommand_endsTheJvmWhenItIsOutOfMemory(String arguments) throws IOException {
    var java =
        Files.writeString(
            directory.resolve("java"),
            "#!/bin/sh\n[ \"$1\" = -version ] && echo 'version \"17\"' >&2 || echo \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
    var environment = Map.of("MUSTER_JAVA", java.toString());

    try (var script = MusterProcess.runScript(environment, Arrays.asList(arguments.split(" ")))) {
      assertThat(script.awaitExit(TIMEOUT)).isZero();
      assertThat(script.output()).contains(" -XX:+ExitOnOutOfMemoryError ").contains(arguments);
    }
  }

  @Test
  void collector_outOfMemory_endsAtOnce() throws IOException {
    var environment =
        Map.of(
            "MUSTER_JAVA",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "MUSTER_JAVA_OPTS",
            "-Xmx24m");
    var arguments =
        MusterProcess.serveArguments(
            directory, "--roles", "collector", "--simulate", "3000x8xH100");

    try (var collector = MusterProcess.runScript(environment, arguments)) {
      assertThat(collector.awaitExit(TIMEOUT)).as(collector.output()).isEqualTo(OUT_OF_MEMORY);
      assertThat(collector.output()).contains("java.lang.OutOfMemoryError: Java heap space");
    }
  }

  @Test
  void lengths_hugeOnManyConnectionsToEveryPort_leaveTheNodeAlive() throws Exception {
    var options = List.of("-Xmx64m", "-XX:+ExitOnOutOfMemoryError");
    try (var node = MusterProcess.run(options, memberArguments()).awaitBanner();
        var other =
            MusterProcess.start(
                    directory.resolve("other"), "--roles", "collector", "--join", member())
                .awaitBanner();
        var attack = new Attack()) {
      assertThat(other.output()).contains("2 members");
      var http = HostPort.parse(node.baseUrl("main").substring("http://".length())).orElseThrow();
      for (var connection = 0; connection < 40; connection++) {
        attack.send(memberPort.address(), packet());
        attack.send(busPort.address(), ByteBuffer.allocate(4).putInt(TWO_GIGABYTES).array());
        attack.send(busPort.address(), partOfLargestMessage());
        attack.send(http.toString(), request("POST /api/heartbeats", "content-length: 2147483647"));
        attack.send(http.toString(), request("POST /api/heartbeats", "transfer-encoding: chunked"));
        assertThat(node.get("/healthz").statusCode()).isEqualTo(200);
      }

      assertThat(node.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(node.metricValue("muster_cluster_members")).isEqualTo(2);
      assertThat(node.output()).doesNotContain("OutOfMemory");
    }
  }

  private List<String> memberArguments() {
    return MusterProcess.serveArguments(
        directory.resolve("node"),
        "--roles",
        "api,collector",
        "--set",
        "cluster.listen=" + member(),
        "--set",
        "cluster.bus_listen=" + busPort.address());
  }

  private String member() {
    return memberPort.address();
  }

  /** The 14 bytes that once ended the JVM. */
  private static byte[] packet() {
    return ByteBuffer.allocate(14)
        .put("HZC".getBytes(US_ASCII))
        .put((byte) 4)
        .putShort((short) 0)
        .putInt(-1)
        .putInt(TWO_GIGABYTES)
        .array();
  }

  /** All but the last byte of a message of the greatest size. */
  private static byte[] partOfLargestMessage() {
    var size = 16 * 1024 * 1024 - Integer.BYTES;
    return ByteBuffer.allocate(size).putInt(size).array();
  }

  private static byte[] request(String start, String header) {
    var head = start + " HTTP/1.1\r\nhost: localhost\r\n" + header + "\r\n\r\n";
    return (head + "7fffffff\r\n" + "x".repeat(100_000)).getBytes(US_ASCII);
  }

  /** Open connections of an attacker, who ignores that the node closes some of them. */
  private static final class Attack implements AutoCloseable {
    private final List<Socket> sockets = new ArrayList<>();

    void send(String address, byte[] bytes) throws IOException {
      var target = HostPort.parse(address).orElseThrow();
      var socket = new Socket(target.host(), target.port());
      sockets.add(socket);
      try {
        socket.getOutputStream().write(bytes);
      } catch (IOException closedByTheNode) {
        assertThat(closedByTheNode).isNotNull();
      }
    }

    @Override
    public void close() throws IOException {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }
}

package io.muster.api.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.muster.api.ApiConfig;
import io.muster.api.ApiNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
@DisabledOnOs(OS.WINDOWS)
class UnixSocketIT {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void start_onlyTheSocket_servesAllRoutesToItsOwnerWithoutAToken(int eventLoops)
      throws IOException {
    var directory = folder.resolve("a/b");
    var path = directory.resolve("m.sock");
    var config = configOnUnixSocket(path, "s3cret", eventLoops);
    try (var node = ApiNode.start(config)) {
      assertThat(node.boundAddresses()).isEmpty();
      assertThat(mode(path)).isEqualTo("rw-------");
      assertThat(mode(directory)).isEqualTo("rwx------");
      assertThat(mode(requireNonNull(directory.getParent()))).isEqualTo("rwxr-xr-x");
      assertThat(entries(directory)).as("nothing but the socket").containsExactly(path);
      for (int request = 0; request < 2 * eventLoops; request++) {
        assertThat(get(path, "/healthz")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nok");
      }
      assertThat(get(path, "/hosts")).startsWith("HTTP/1.1 200 ");
      assertThat(get(path, "/-/ready")).startsWith("HTTP/1.1 503 ");
      assertThat(get(path, "/metrics")).contains("all_smi_up{");
      assertThat(get(path, "/api/user/client_stat")).contains("\"success\":false");
      node.undeploy();
      assertThat(path).doesNotExist();
    }
    assertThat(entries(directory)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s3cret"})
  void send_byAProxyForAPage_mayUseAnyHostButNotWriteForAForeignOrigin(String token)
      throws IOException {
    var path = folder.resolve("m.sock");
    var host = " HTTP/1.1\r\nHost: gpu.example\r\n";
    var foreign = "Origin: http://attacker.example\r\n";
    try (var node = ApiNode.start(configOnUnixSocket(path, token, 1))) {
      assertThat(node.boundAddresses()).isEmpty();
      assertThat(send(path, "GET /hosts" + host)).startsWith("HTTP/1.1 200 ");
      assertThat(send(path, "GET /api/x" + host + foreign))
          .startsWith("HTTP/1.1 404 ")
          .doesNotContain("access-control-allow-origin");
      assertThat(send(path, "POST /api/user/insert_client" + host + foreign))
          .startsWith("HTTP/1.1 403 ");
      assertThat(
              send(path, "POST /api/user/insert_client" + host + "Origin: https://gpu.example\r\n"))
          .startsWith("HTTP/1.1 415 ");
    }
  }

  @Test
  void start_staleSocket_isReplaced() throws IOException {
    var path = folder.resolve("m.sock");
    listenAt(path).close();
    assertThat(path).exists();

    try (var node = ApiNode.start(configOnUnixSocket(path, "", 1))) {
      assertThat(get(path, "/healthz")).endsWith("ok");
      assertThat(node.boundAddresses()).isEmpty();
    }
  }

  @Test
  void start_pathInUse_isRejectedAndLeavesItUnchanged() throws IOException {
    var path = folder.resolve("m.sock");
    try (var other = listenAt(path)) {
      assertThat(failure(path))
          .isInstanceOf(Listeners.ListenException.class)
          .hasMessage(
              "api.listen.unix: cannot listen on "
                  + path
                  + ": another process listens on it; stop the process that uses it, or choose"
                  + " another with --set api.listen.unix=PATH");
      assertThat(other.isOpen()).isTrue();
      SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
      assertThat(entries(folder)).containsExactly(path);
    }
  }

  @Test
  void start_pathIsAFileOrLink_isRejectedAndLeavesItUnchanged() throws IOException {
    var file = Files.writeString(folder.resolve("precious"), "text");
    var link = Files.createSymbolicLink(folder.resolve("link"), file);

    assertThat(failure(file)).hasMessageContaining("not a socket").hasMessageNotContaining("\n");
    assertThat(failure(link)).hasMessageContaining("not a socket");
    assertThat(file).hasContent("text");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void start_pathIsTooLong_isRejectedAndLeavesNothing() throws IOException {
    var directory = folder.resolve("x".repeat(90));

    assertThat(failure(directory.resolve("m.sock"))).hasMessageContaining("too long");
    assertThat(entries(directory)).isEmpty();
  }

  @Test
  void stop_pathTakenByAnother_leavesItsSocketUnchanged() throws IOException {
    var path = folder.resolve("m.sock");
    try (var node = ApiNode.start(configOnUnixSocket(path, "", 1))) {
      Files.delete(path);
      try (var other = listenAt(path)) {
        node.undeploy();
        assertThat(other.isOpen()).isTrue();
        assertThat(path).exists();
      }
    }
  }

  @Test
  void defaultPath_isInTheFirstSafeDirectory() throws IOException {
    var owned = directory("owned", "rwxr-xr-x");
    var shared = directory("shared", "rwxrwxrwx");
    var missing = folder.resolve("missing");

    assertThat(UnixSocket.defaultPath(List.of(missing, owned)))
        .contains(owned.resolve("all-smi.sock"));
    assertThat(UnixSocket.defaultPath(List.of(shared, owned)))
        .contains(owned.resolve("all-smi.sock"));
    assertThat(UnixSocket.defaultPath(List.of(missing, shared))).isEmpty();
    Files.setAttribute(shared, "unix:mode", 01777);
    assertThat(UnixSocket.defaultPath(List.of(shared))).contains(shared.resolve("all-smi.sock"));
  }

  private static Throwable failure(Path path) {
    try (var node = ApiNode.deploy(configOnUnixSocket(path, "", 1))) {
      var failure =
          catchThrowable(
              () -> node.deployed().toCompletionStage().toCompletableFuture().get(60, SECONDS));
      return requireNonNull(failure.getCause());
    }
  }

  private Path directory(String name, String mode) throws IOException {
    var directory = Files.createDirectory(folder.resolve(name));
    return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static ServerSocketChannel listenAt(Path path) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(path));
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  private static String get(Path path, String target) throws IOException {
    return send(path, "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n");
  }

  private static String send(Path path, String head) throws IOException {
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      var request = head + "Connection: close\r\n\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(UTF_8)));
      return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
    }
  }

  /** Returns a config with a Unix socket as the only listener. */
  private static ApiConfig configOnUnixSocket(Path path, String token, int eventLoops) {
    return ApiNode.config(
        Map.of(
            ApiNode.MAIN,
            "off",
            "api.listen.unix",
            path.toString(),
            "api.token",
            token,
            "api.event_loops",
            Integer.toString(eventLoops)));
  }
}

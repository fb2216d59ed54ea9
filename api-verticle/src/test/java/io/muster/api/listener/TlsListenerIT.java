package io.muster.api.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.api.fleet.TestFrame;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.tls.CertificateRequest;
import io.muster.runtime.tls.CertificateUse;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class TlsListenerIT {
  private static final String KEY = "api.listen.tls";
  private static final String GET =
      "GET /snapshot HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  @TempDir private static Path data; // All tests share one certificate.

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void client_trustingOnlyTheCertificate_isServedByName(String version) throws Exception {
    try (var node = start(Map.of("api.event_loops", "2"))) {
      node.publish(TestFrame.of("a").build());
      for (var name : new String[] {"localhost", "127.0.0.1"}) {
        try (var socket = connect(node, name, version)) {
          assertThat(socket.getSession().getProtocol()).isEqualTo(version);
          socket.getOutputStream().write(GET.getBytes(US_ASCII));
          assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
              .startsWith("HTTP/1.1 200 OK\r\n")
              .contains("\"hostname\":\"a\"");
        }
      }
    }
  }

  @Test
  void certificate_afterARestart_isTheSame() throws Exception {
    Certificate first;
    try (var node = start(Map.of());
        var socket = connect(node, "localhost", "TLSv1.3")) {
      first = socket.getSession().getPeerCertificates()[0];
    }
    var pinned = Files.readAllBytes(certificate());
    try (var node = start(Map.of("api.tls.names", "another.example"));
        var socket = connect(node, "localhost", "TLSv1.3")) {
      assertThat(socket.getSession().getPeerCertificates()).containsExactly(first);
    }
    assertThat(certificate()).hasBinaryContent(pinned);
  }

  @Test
  void certificate_replacedFiles_isUsedForNewConnections(@TempDir Path folder) throws Exception {
    var certificate = folder.resolve("cert.pem");
    var key = folder.resolve("key.pem");
    replace(certificate, key);
    var trustsFirst = contextTrusting(certificate);
    var settings = Map.of("api.tls.cert", certificate.toString(), "api.tls.key", key.toString());
    try (var node = start(settings);
        var former = connect(trustsFirst, node, "localhost", "TLSv1.3")) {
      replace(certificate, key);
      var trustsSecond = contextTrusting(certificate);
      AssertionPoller.awaitAssertion(
          Duration.ofSeconds(60),
          () -> assertServed(connect(trustsSecond, node, "localhost", "TLSv1.3")));

      assertServed(former);
      assertThatThrownBy(() -> connect(trustsFirst, node, "localhost", "TLSv1.3"))
          .isInstanceOf(SSLException.class);
    }
  }

  @Test
  void client_withoutTrustOrTls_isNotServed() throws Exception {
    try (var node = start(Map.of())) {
      var context = SSLContext.getDefault();
      try (var socket =
          (SSLSocket) context.getSocketFactory().createSocket("localhost", address(node).port())) {
        assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
      }
      try (var plain = Exchange.connect(address(node))) {
        plain.getOutputStream().write(GET.getBytes(US_ASCII));
        var response = new String(plain.getInputStream().readAllBytes(), US_ASCII);
        assertThat(response).doesNotContain("HTTP");
      }
      assertThat(node.get("/healthz").body())
          .as("the plain listener still responds")
          .isEqualTo("ok");
    }
  }

  @Test
  void client_ofAForeignHost_isRejectedAndNotOfferedHttp2() throws Exception {
    try (var node = start(Map.of());
        var socket = connect(node, "localhost", "TLSv1.3")) {
      assertThat(socket.getApplicationProtocol()).isEmpty();
      var request = GET.replace("localhost", "attacker.example");
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
          .startsWith("HTTP/1.1 421 ");
    }
  }

  @Test
  void client_renegotiating_isDisconnected() throws Exception {
    try (var node = start(Map.of());
        var socket = connect(node, "localhost", "TLSv1.2")) {
      socket.getOutputStream().write(GET.replace("close", "keep-alive").getBytes(US_ASCII));
      assertThat(socket.getInputStream().read()).isEqualTo('H');

      socket.startHandshake();
      assertThatThrownBy(
              () -> {
                socket.getOutputStream().write(GET.getBytes(US_ASCII));
                socket.getInputStream().readAllBytes();
              })
          .isInstanceOf(SSLException.class);
    }
  }

  @Test
  void client_resumingItsSession_isServed() throws Exception {
    try (var node = start(Map.of())) {
      node.publish(TestFrame.of("a").build());
      var context = contextTrusting(certificate());
      for (int connection = 0; connection < 3; connection++) {
        try (var socket = connect(context, node, "localhost", "TLSv1.2")) {
          socket.getOutputStream().write(GET.getBytes(US_ASCII));
          assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
              .startsWith("HTTP/1.1 200 OK\r\n");
        }
      }
    }
  }

  @Test
  void client_incompleteHandshake_isDisconnected() throws Exception {
    try (var node = start(Map.of("api.limits.header_timeout", "200ms"));
        var silent = Exchange.connect(address(node));
        var incomplete = Exchange.connect(address(node));
        var established = connect(node, "localhost", "TLSv1.3")) {
      incomplete.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 0, 1});
      established.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(US_ASCII));

      assertThat(silent.getInputStream().readAllBytes()).isEmpty();
      assertThat(incomplete.getInputStream().readAllBytes()).isEmpty();
      assertThat(established.getInputStream().readAllBytes()).isEmpty();
      assertThat(
              node.meters()
                  .get("muster.api.connections.refused")
                  .tag("reason", "head")
                  .counter()
                  .count())
          .isEqualTo(3);
    }
  }

  @Test
  void stream_overTls_isComplete() throws Exception {
    try (var node = start(Map.of());
        var socket = connect(node, "localhost", "TLSv1.3")) {
      var request = GET.replace("/snapshot", "/events");
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      socket.getInputStream().readNBytes(1);
      node.publish(TestFrame.of("a").build());
      node.undeploy();
      assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
          .contains("event: snapshot")
          .endsWith("\r\n0\r\n\r\n");
    }
  }

  @Test
  void start_invalidCertificate_failsWithTheKey() throws IOException {
    var file = Files.writeString(data.resolve("c.pem"), "nonsense");
    var settings =
        Map.of(KEY, "127.0.0.1:0", "api.tls.cert", file.toString(), "api.tls.key", file.toString());
    try (var node = ApiNode.deploy(ApiNode.config(settings, data))) {
      var failure =
          catchThrowable(
              () -> node.deployed().toCompletionStage().toCompletableFuture().get(60, SECONDS));

      assertThat(failure.getCause())
          .hasMessageStartingWith("api.tls.cert, api.tls.key: " + file + " ")
          .hasMessageNotContaining("\n");
    }
  }

  /** Sends a request over a connection that ends with it. */
  private static void assertServed(SSLSocket connection) throws IOException {
    try (connection) {
      connection.getOutputStream().write(GET.replace("snapshot", "healthz").getBytes(US_ASCII));
      assertThat(new String(connection.getInputStream().readAllBytes(), US_ASCII))
          .startsWith("HTTP/1.1 200 OK\r\n");
    }
  }

  /** Puts a new certificate and its key into the files. */
  private static void replace(Path certificate, Path key) throws Exception {
    var now = InstantSource.system().instant();
    var pair =
        CertificateRequest.of(
                CertificateUse.SERVER, "node", List.of("localhost"), now, Duration.ofDays(1))
            .selfSign();
    Files.writeString(certificate, pair.certificatePem());
    Files.writeString(key, pair.keyPem());
  }

  private ApiNode start(Map<String, String> more) {
    var settings = new HashMap<>(more);
    settings.put(KEY, "127.0.0.1:0");
    return ApiNode.start(ApiNode.config(settings, data));
  }

  private SSLSocket connect(ApiNode node, String name, String version)
      throws IOException, GeneralSecurityException {
    return connect(contextTrusting(certificate()), node, name, version);
  }

  private static SSLSocket connect(SSLContext context, ApiNode node, String name, String version)
      throws IOException {
    var socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(Exchange.connect(address(node)), name, address(node).port(), true);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    parameters.setProtocols(new String[] {version});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static SSLContext contextTrusting(Path pem) throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var file = Files.newInputStream(pem)) {
      store.setCertificateEntry(
          "node", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private Path certificate() {
    return data.resolve("tls").resolve("cert.pem");
  }

  private static HostPort address(ApiNode node) {
    return Optional.ofNullable(node.boundAddresses().get(KEY)).orElseThrow();
  }
}

package io.muster.api.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.api.fleet.TestFrame;
import io.muster.api.websocket.RawWebSocket;
import io.muster.runtime.config.HostPort;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as foreign web pages send them, at a node without a token. */
@Timeout(180)
class ForeignRequestsIT {
  private static final String INSERT = "/api/user/insert_client";
  private static final byte[] BODY = "{}".getBytes(UTF_8);
  private static final String FOREIGN_HOST = "Host: attacker.example";
  private static final List<String> LISTENERS = List.of("main", "rest", "usage", "socktop");

  private Optional<ApiNode> running = Optional.empty();

  @AfterEach
  void close() {
    running.ifPresent(ApiNode::close);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "attacker.example",
        "attacker.example:9090",
        "localhost.attacker.example",
        "127.0.0.1.attacker.example",
        "192.0.2.8:9090",
        "[2001:db8::8]:9090",
        "localhost,attacker.example",
        "%6cocalhost"
      })
  void get_foreignHost_is421WithTheRemedy(String host) {
    var node = start(Map.of());

    var response = get(node, "/snapshot", "Host: " + host);

    assertThat(response.status()).isEqualTo(421);
    assertThat(response.json().getString("error")).contains("api.hosts", "token");
    assertThat(rejections(node, "host")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost@attacker.example", "attacker.example#localhost", "[::1", "a b", "a:b"})
  void get_malformedHost_is400(String host) {
    assertThat(get(start(Map.of()), "/snapshot", "Host: " + host).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:1",
        "LOCALHOST.:9090",
        "127.0.0.1",
        "127.1.2.3:9090",
        "[::1]:9090",
        "Node-1:9090",
        "gpu.example",
        "GPU.example.:443",
        "192.0.2.7:9090",
        "[2001:db8::7]",
        "a:9090",
        ""
      })
  void get_ownHost_isAnswered(String host) {
    var node = start(Map.of("api.hosts", "gpu.example, 192.0.2.7, 2001:db8::7"));

    assertThat(get(node, "/snapshot", "Host: " + host).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nothing", "/", "/%zz", "/api/%zz", "/ws/../snapshot"})
  void get_pathWithoutARoute_isRejectedForAForeignHost(String target) {
    assertThat(get(start(Map.of()), target, FOREIGN_HOST).status()).isEqualTo(421);
  }

  @Test
  void get_http10WithoutAHost_isAnswered() {
    var node = start(Map.of());

    assertThat(Exchange.sendRaw(node.mainAddress(), "GET /snapshot HTTP/1.0\r\n\r\n").status())
        .isEqualTo(200);
    assertThat(
            Exchange.sendRaw(
                    node.mainAddress(), "GET /snapshot HTTP/1.0\r\nHost: attacker.example\r\n\r\n")
                .status())
        .isEqualTo(421);
  }

  @Test
  void get_tokenIsSet_isAnsweredUnderEveryName() {
    var node = start(Map.of("api.token", "s3cret"));

    assertThat(get(node, "/snapshot?token=s3cret", "Host: attacker.example").status())
        .isEqualTo(200);
    assertThat(get(node, "/snapshot", "Host: attacker.example").status()).isEqualTo(401);
  }

  @Test
  void get_everyTcpListener_rejectsForeignHosts() {
    var settings = new HashMap<String, String>();
    LISTENERS.forEach(name -> settings.put("api.listen." + name, "127.0.0.1:0"));
    var node = start(settings);

    assertThat(node.boundAddresses()).hasSize(LISTENERS.size());
    for (var address : node.boundAddresses().values()) {
      assertThat(get(address, "/snapshot", FOREIGN_HOST).status()).isEqualTo(421);
      assertThat(get(address, "/snapshot", "Host: localhost").status()).isEqualTo(200);
    }
  }

  @Test
  void get_upgradeToHttp2_isIgnored() {
    var node = start(Map.of());
    var upgrade =
        """
        Connection: Upgrade, HTTP2-Settings\r
        Upgrade: h2c\r
        HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r
        """;

    assertThat(get(node, "/snapshot", upgrade + FOREIGN_HOST).status()).isEqualTo(421);
    assertThat(get(node, "/snapshot", upgrade + "Host: localhost").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "/usage, attacker.example:%d, http://attacker.example:%d, 421",
    "/ws, attacker.example:%d, http://attacker.example:%d, 421",
    "/usage, localhost:%d, http://attacker.example:%d, 403",
    "/usage, localhost:%d, http://localhost:%d, 101",
    "/ws, localhost:%d, http://localhost:3000, 101"
  })
  void handshake_byARebindingPage_isRejected(String path, String host, String origin, int status)
      throws IOException {
    var node = start(Map.of());
    var port = node.mainAddress().port();

    try (var response =
        RawWebSocket.openWithHeader(
            node.mainAddress(),
            path,
            "Host",
            host.formatted(port) + "\r\nOrigin: " + origin.formatted(port))) {
      assertThat(response.status()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Origin: http://attacker.example | 403",
        "Origin: http://127.0.0.1:9090.attacker.example | 403",
        "Origin: https://attacker.example/localhost | 403",
        "Origin: http://localhost@attacker.example | 403",
        "Origin: localhost | 403",
        "Origin: null | 403",
        "Origin: | 403",
        "Sec-Fetch-Site: cross-site | 403",
        "Sec-Fetch-Site: same-site | 403",
        "Origin: http://attacker.example & Sec-Fetch-Site: same-origin | 403",
        "Origin: http://localhost:18081 | 415",
        "Origin: http://LOCALHOST | 415",
        "Origin: https://ops.example | 415",
        "Origin: https://ops.example & Sec-Fetch-Site: cross-site | 415",
        "Sec-Fetch-Site: same-origin | 415",
        "Sec-Fetch-Site: none | 415",
        "X-Program: curl | 415"
      })
  void post_simpleRequestOfAPage_isRejectedByItsOrigin(String headers, int status) {
    var node = start(Map.of("api.cors_origins", "https://ops.example"));

    for (var type :
        List.of(
            "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")) {
      var response =
          Exchange.post(
              node.mainAddress(),
              INSERT,
              BODY,
              "Content-Type: " + type,
              headers.replace(" & ", "\r\n"));

      assertThat(response.status()).isEqualTo(status);
      assertThat(response.body()).startsWith("{\"success\":false,\"data\":null,\"message\":\"");
    }
    assertThat(rejections(node, "origin")).isEqualTo(status == 403 ? 3 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "gpu.example, 200",
    "'gpu.example:443, gpu.example', 200",
    "attacker.example, 421",
    "'gpu.example, attacker.example', 421",
    "'attacker.example, gpu.example', 421",
    "a b, 421"
  })
  void get_hostForwardedByATrustedProxy_isCheckedToo(String forwarded, int status) {
    var header = "Host: 127.0.0.1\r\nX-Forwarded-Host: " + forwarded;
    var trusting = start(Map.of("api.hosts", "gpu.example", "api.trusted_proxies", "127.0.0.1"));

    assertThat(get(trusting, "/snapshot", header).status()).isEqualTo(status);
    assertThat(get(start(Map.of()), "/snapshot", header).status()).as("not trusted").isEqualTo(200);
  }

  @Test
  void get_hostForwardedByATrustedProxy_doesNotReplaceTheHostHeader() {
    var node = start(Map.of("api.trusted_proxies", "127.0.0.1"));
    var headers = "Host: attacker.example\r\nX-Forwarded-Host: localhost";

    assertThat(get(node, "/snapshot", headers).status()).isEqualTo(421);
  }

  @Test
  void post_byAPageBehindATrustedProxy_isOfTheForwardedHost() {
    var settings = Map.of("api.hosts", "gpu.example", "api.trusted_proxies", "127.0.0.1");

    assertThat(post(start(settings), "X-Forwarded-Host: gpu.example").status()).isEqualTo(415);
    assertThat(post(start(settings), "X-Other: gpu.example").status()).isEqualTo(403);
    assertThat(post(start(Map.of()), "X-Forwarded-Host: gpu.example").status()).isEqualTo(403);
  }

  private static Exchange post(ApiNode node, String header) {
    return Exchange.post(node.mainAddress(), INSERT, BODY, "Origin: https://gpu.example", header);
  }

  private ApiNode start(Map<String, String> settings) {
    running.ifPresent(ApiNode::close);
    var node = ApiNode.start(ApiNode.config(settings));
    running = Optional.of(node);
    node.publish(TestFrame.of("a").build());
    return node;
  }

  private static Exchange get(ApiNode node, String target, String headers) {
    return get(node.mainAddress(), target, headers);
  }

  private static Exchange get(HostPort address, String target, String headers) {
    return Exchange.sendRaw(
        address, "GET " + target + " HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n");
  }

  private static double rejections(ApiNode node, String reason) {
    return node.meters().get("muster.api.requests.refused").tag("reason", reason).counter().count();
  }
}

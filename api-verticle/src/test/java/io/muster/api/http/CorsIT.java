package io.muster.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.api.fleet.TestFrame;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsIT {
  private static final String ORIGIN = "https://grafana.example:3000";
  private static final String ALLOWED = "access-control-allow-origin";

  private Optional<ApiNode> running = Optional.empty();

  @AfterEach
  void close() {
    running.ifPresent(ApiNode::close);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/snapshot", "/events", "/metrics", "/-/ready"})
  void options_mountedPath_is200WithoutABodyInEveryMode(String path) {
    for (var origins : List.of(List.<String>of(), List.of(ORIGIN), List.of("*"))) {
      var response = start(origins, Optional.empty()).send("OPTIONS", path, "Origin: " + ORIGIN);

      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEmpty();
      assertThat(response.header("content-length")).contains("0");
      assertThat(response.header("access-control-allow-methods")).contains("GET,OPTIONS");
      assertThat(response.header("access-control-allow-headers"))
          .contains("accept,content-type,last-event-id");
      assertThat(response.headers()).noneMatch(header -> header.contains("credentials"));
    }
  }

  @Test
  void options_unknownPath_is404() {
    var node = start(List.of("*"), Optional.empty());

    assertThat(node.send("OPTIONS", "/nothing").status()).isEqualTo(404);
    assertThat(node.send("OPTIONS", "/snapshot/").status()).isEqualTo(404);
  }

  @Test
  void get_noOrigins_allowsNoneAndVariesByOrigin() {
    var response = start(List.of(), Optional.empty()).get("/metrics", "Origin: " + ORIGIN);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header(ALLOWED)).isEmpty();
    assertThat(vary(response)).contains("origin");
  }

  @Test
  void get_listedOrigin_isEchoed() {
    var node = start(List.of(ORIGIN, "null"), Optional.empty());

    var response = node.get("/snapshot", "Origin: " + ORIGIN);

    assertThat(response.header(ALLOWED)).contains(ORIGIN);
    assertThat(vary(response)).containsExactlyInAnyOrder("origin", "accept-encoding");
    assertThat(node.get("/snapshot", "Origin: null").header(ALLOWED)).contains("null");
    assertThat(node.send("OPTIONS", "/events", "Origin: " + ORIGIN).header(ALLOWED))
        .contains(ORIGIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://GRAFANA.example:3000",
        "https://grafana.example",
        "https://grafana.example:3000/",
        "https://grafana.example:3000.evil.example",
        "http://grafana.example:3000",
        "null",
        "*",
        ""
      })
  void get_originThatDiffersInAByte_isNotAllowed(String origin) {
    var response = start(List.of(ORIGIN), Optional.empty()).get("/-/ready", "Origin: " + origin);

    assertThat(response.header(ALLOWED)).isEmpty();
    assertThat(vary(response)).contains("origin");
  }

  @Test
  void get_allOrigins_allowsEveryOrigin() throws IOException {
    var node = start(List.of("*"), Optional.empty());

    var response = node.get("/snapshot", "Origin: " + ORIGIN);

    assertThat(response.header(ALLOWED)).contains("*");
    assertThat(vary(response)).containsExactly("accept-encoding");
    assertThat(node.get("/snapshot").header(ALLOWED)).contains("*");
    try (var reader = node.openEvents("/events")) {
      assertThat(reader.head()).contains("access-control-allow-origin: *\n");
    }
  }

  @Test
  void get_invalidOrigins_areIgnoredAndOthersAllowed() {
    var node =
        start(
            List.of("grafana.example", "https://a.example/", "https://", "a b://c", ORIGIN),
            Optional.empty());

    assertThat(node.get("/snapshot", "Origin: " + ORIGIN).header(ALLOWED)).contains(ORIGIN);
    assertThat(node.get("/snapshot", "Origin: grafana.example").header(ALLOWED)).isEmpty();
    assertThat(node.get("/snapshot", "Origin: https://a.example/").header(ALLOWED)).isEmpty();
  }

  @Test
  void options_tokenIsSet_needsNoneAndAllowsItsHeader() {
    var node = start(List.of(ORIGIN), Optional.of("s3cret"));

    var preflight =
        node.send(
            "OPTIONS",
            "/snapshot",
            "Origin: " + ORIGIN,
            "Access-Control-Request-Method: GET",
            "Access-Control-Request-Headers: authorization");

    assertThat(preflight.status()).isEqualTo(200);
    assertThat(preflight.header(ALLOWED)).contains(ORIGIN);
    assertThat(preflight.header("access-control-allow-headers"))
        .contains("accept,content-type,last-event-id,authorization");
  }

  @Test
  void get_tokenIsMissing_is401ReadableByThePage() {
    var response =
        start(List.of(ORIGIN), Optional.of("s3cret")).get("/snapshot", "Origin: " + ORIGIN);

    assertThat(response.status()).isEqualTo(401);
    assertThat(response.header(ALLOWED)).contains(ORIGIN);
  }

  @Test
  void get_restWithAToken_allowsEveryOrigin() {
    var node = start(List.of(ORIGIN), Optional.of("s3cret"));

    for (var path : List.of("/api/user/client_stat", "/api/x?token=s3cret", "/api/x")) {
      var response = node.get(path, "Origin: http://elsewhere");

      assertThat(response.header(ALLOWED)).contains("*");
      assertThat(response.header("access-control-expose-headers")).contains("*");
      assertThat(response.header("access-control-allow-credentials")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/user/insert_client", "/api/user/client_list", "/api/x", "/api/"})
  void options_restWithAToken_allowsEverything(String path) {
    var response =
        start(List.of(), Optional.of("s3cret")).send("OPTIONS", path, "Origin: " + ORIGIN);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header(ALLOWED)).contains("*");
    assertThat(response.header("access-control-allow-methods")).contains("*");
    assertThat(response.header("access-control-allow-headers"))
        .as("for browsers the asterisk does not include authorization")
        .contains("*,authorization");
    assertThat(response.header("access-control-expose-headers")).contains("*");
    assertThat(response.header("access-control-allow-credentials")).isEmpty();
  }

  @Test
  void options_restWithoutAToken_allowsListedOriginsOnly() {
    var node = start(List.of(ORIGIN), Optional.empty());

    var listed = node.send("OPTIONS", "/api/user/insert_client", "Origin: " + ORIGIN);
    var other = node.send("OPTIONS", "/api/user/insert_client", "Origin: http://elsewhere");

    assertThat(listed.status()).isEqualTo(200);
    assertThat(listed.header(ALLOWED)).contains(ORIGIN);
    assertThat(listed.header("access-control-allow-methods")).contains("*");
    assertThat(listed.header("access-control-allow-headers")).contains("*");
    assertThat(listed.header("access-control-expose-headers")).contains("*");
    assertThat(vary(listed)).contains("origin");
    assertThat(other.status()).isEqualTo(200);
    assertThat(other.headers()).noneMatch(header -> header.startsWith("access-control-"));
    assertThat(vary(other)).contains("origin");
  }

  @Test
  void get_restWithoutAToken_isReadableByListedOriginsOnly() {
    var node = start(List.of(ORIGIN), Optional.empty());

    assertThat(node.get("/api/x", "Origin: " + ORIGIN).header(ALLOWED)).contains(ORIGIN);
    assertThat(node.get("/api/x", "Origin: http://elsewhere").header(ALLOWED)).isEmpty();
    assertThat(node.get("/api/x", "Origin: null").header(ALLOWED)).isEmpty();
    assertThat(
            start(List.of("*"), Optional.empty())
                .get("/api/x", "Origin: http://elsewhere")
                .header(ALLOWED))
        .contains("*");
  }

  private ApiNode start(List<String> origins, Optional<String> token) {
    running.ifPresent(ApiNode::close);
    var node =
        ApiNode.start(
            ApiNode.config(
                Map.of(
                    "api.cors_origins", String.join(",", origins), "api.token", token.orElse(""))));
    running = Optional.of(node);
    node.publish(TestFrame.of("a").build());
    return node;
  }

  private static List<String> vary(Exchange response) {
    return response.headers().stream()
        .filter(header -> header.startsWith("vary: "))
        .map(header -> header.substring("vary: ".length()))
        .toList();
  }
}

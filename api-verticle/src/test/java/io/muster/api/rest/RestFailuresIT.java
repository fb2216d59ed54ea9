package io.muster.api.rest;

import static io.muster.api.rest.FakeRestServices.CLIENT;
import static io.muster.api.rest.RestTestNode.assertFailure;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.bus.Address;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.transport.Page;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthPoint;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures are reported in the envelope, without internal details. */
class RestFailuresIT {
  private static final String EDIT =
      "{\"user_id\":\"a\",\"client_id\":\"" + CLIENT + "\",\"name\":\"n\"}";
  private static final String INSERT =
      "{\"user_id\":\"a\",\"client_id\":\""
          + CLIENT
          + "\",\"name\":\"n\",\"client_status\":\"online\"}";

  private final RestTestNode node = RestTestNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/user/nothing",
        "/api/",
        "/api/user/client_stat/",
        "/api/user/client_stat/?user_id=a",
        "/api/models/get/x",
        "/api/hosts/",
        "/api/hosts/x/",
        "/api/hosts/x/y",
        "/api/user/Client_stat?user_id=a"
      })
  void get_unknownPath_is404(String path) {
    node.assertRejected(node.get(path), 404, "no such path: " + path.replaceFirst("\\?.*", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, user/client_stat, 'GET,HEAD'",
    "PUT, user/client_list, 'GET,HEAD'",
    "DELETE, user/client_status_list, 'GET,HEAD'",
    "PATCH, user/client_health, 'GET,HEAD'",
    "TRACE, user/client_monitor, 'GET,HEAD'",
    "POST, models/get, 'GET,HEAD'",
    "GET, user/insert_client, POST",
    "HEAD, user/insert_client, POST",
    "PUT, user/edit_client_info, POST",
    "GET, models/insert, POST",
    "DELETE, heartbeats, POST",
    "POST, hosts, 'GET,HEAD'",
    "PUT, hosts/x, 'GET,DELETE,HEAD'",
    "GET, models/7, DELETE",
    "DELETE, models/get, 'GET,HEAD'"
  })
  void send_anotherMethod_is405WithAllow(String method, String path, String allowed) {
    var response = node.send(method, "/api/" + path + "?user_id=a");

    assertThat(response.status()).isEqualTo(405);
    assertThat(response.header("allow")).contains(allowed);
    if (!method.equals("HEAD")) {
      assertFailure(response, 405);
    }
    assertThat(node.services().calls).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"user/client_stat", "user/client_device_detail"})
  void head_aRecord_hasTheLengthOfAGet(String path) {
    var target = "/api/" + path + "?user_id=a&client_id=" + CLIENT;

    var response = node.send("HEAD", target);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("content-type")).contains("application/json");
    assertThat(response.header("content-length"))
        .isEqualTo(node.get(target).header("content-length"))
        .isPresent();
    assertThat(response.body()).isEmpty();
  }

  @Test
  void head_rows_closesThemAtOnce() {
    var rows = FakePages.of(new HealthHead("60"), FakeRestServices.POINT);
    node.services().healthPoints = rows;

    var response = node.send("HEAD", "/api/user/client_health?user_id=a");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("content-type")).contains("application/json");
    assertThat(response.header("x-resolution")).contains("60");
    assertThat(response.body()).isEmpty();
    assertThat(rows.closed()).succeedsWithin(Duration.ofMinutes(1));
    assertThat(rows.servedCount()).as("the page in the reply to the call").hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, 503, the database is unavailable",
    "TIMEOUT, 503, no reply in time",
    "INVALID_ARGUMENT, 400, the client belongs to another user"
  })
  void request_serviceFails_hasTheMessageOfTheService(Code code, int status, String message) {
    node.services().failure = Optional.of(new FleetException(code, message));

    for (var response : responsesOfAllOperations()) {
      assertFailure(response, status);
      assertThat(response.header("retry-after").isPresent()).isEqualTo(status == 503);
      assertThat(response.json().getString("message")).isEqualTo(message);
    }
  }

  @Test
  void request_defect_is500WithoutItsMessage() {
    node.services().failure = Optional.of(new IllegalStateException("select password from users"));

    for (var response : responsesOfAllOperations()) {
      assertFailure(response, 500);
      assertThat(response.body()).doesNotContain("password", "Exception");
    }
  }

  @Test
  void request_noServiceOnTheBus_is503() {
    try (var nodeWithoutServices = ApiNode.start()) {
      for (var path : new String[] {"client_stat", "client_list", "client_health"}) {
        assertFailure(nodeWithoutServices.get("/api/user/" + path + "?user_id=a"), 503);
      }
      assertFailure(nodeWithoutServices.get("/api/models/get"), 503);
    }
  }

  @Test
  void get_unreadableServiceReply_is500WithoutItsText() {
    try (var nodeWithoutServices = ApiNode.start()) {
      nodeWithoutServices
          .vertx()
          .eventBus()
          .consumer(Address.HISTORY, request -> request.reply("select password from users"));

      var response = nodeWithoutServices.get("/api/user/client_stat?user_id=a");

      assertFailure(response, 500);
      assertThat(response.json().getString("message"))
          .isEqualTo("unreadable reply from muster.history");
    }
  }

  @Test
  void request_unknownClient_is404WithTheMessageOfTheDocument() {
    node.services().failure =
        Optional.of(new FleetException(Code.CLIENT_UNKNOWN, "client_ref=17 of user x"));
    var detail = node.get("/api/user/client_device_detail?user_id=a&client_id=" + CLIENT);

    assertFailure(detail, 404);
    assertThat(detail.json().getString("message")).isEqualTo("Device not found");
    assertFailure(node.post("/api/user/edit_client_info", EDIT), 404);
  }

  @Test
  void health_failsBeforeTheFirstByte_isAFailure() {
    for (var failing : new int[] {0, 1}) {
      var rows =
          FakePages.<HealthHead, HealthPoint>generate(
              new HealthHead("raw"),
              number ->
                  number < failing
                      ? Future.succeededFuture(Page.of(List.of(FakeRestServices.POINT), false))
                      : Future.failedFuture(new FleetException(Code.UNAVAILABLE, "unavailable")));
      node.services().healthPoints = rows;

      assertFailure(node.get("/api/user/client_health?user_id=a"), 503);
      assertThat(rows.closed()).succeedsWithin(Duration.ofSeconds(60));
    }
  }

  /**
   * A client that still sends must get the response; one that sends without end is disconnected.
   */
  @Test
  void post_tooLargeBody_isAnsweredWhileTheClientSends() throws IOException {
    node.assertRejected(
        node.post("/api/models/insert", " ".repeat(5 << 20)),
        413,
        "body: expected at most 65536 bytes");
    try (var socket = Exchange.connect(node.address())) {
      var out = socket.getOutputStream();
      out.write(head("/api/models/insert", 99_999_999_999L));
      var part = new byte[1 << 20];
      assertThatThrownBy(
              () -> {
                for (int sent = 0; sent < 100; sent++) {
                  out.write(part);
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void post_clientDisconnectsInItsBody_leavesNothing() throws IOException {
    for (int attempt = 0; attempt < 20; attempt++) {
      try (var socket = Exchange.connect(node.address())) {
        socket.getOutputStream().write(head("/api/heartbeats", 1000));
        socket.getOutputStream().write("[{".getBytes(UTF_8));
      }
    }

    assertThat(node.get("/api/user/client_stat?user_id=a").status()).isEqualTo(200);
    assertThat(node.services().calls).containsExactly("a");
  }

  @Test
  void request_withoutToken_is401InTheEnvelope() {
    try (var nodeWithToken = RestTestNode.start(ApiNode.config(Map.of("api.token", "s3cret")))) {
      assertFailure(nodeWithToken.get("/api/user/client_stat?user_id=a"), 401);
      assertFailure(nodeWithToken.post("/api/heartbeats", "{}"), 401);
      assertThat(nodeWithToken.get("/api/user/client_stat?user_id=a&token=s3cret").status())
          .isEqualTo(200);
      assertThat(nodeWithToken.services().calls).containsExactly("a");
    }
  }

  private static byte[] head(String path, long length) {
    return """
    POST %s HTTP/1.1\r
    Host: localhost\r
    Content-Type: application/json\r
    Content-Length: %d\r
    \r
    """
        .formatted(path, length)
        .getBytes(UTF_8);
  }

  private Exchange[] responsesOfAllOperations() {
    return new Exchange[] {
      node.get("/api/user/client_list?user_id=a"),
      node.get("/api/user/client_status_list?user_id=a"),
      node.get("/api/user/client_device_detail?user_id=a&client_id=" + CLIENT),
      node.get("/api/user/client_stat?user_id=a"),
      node.get("/api/user/client_monitor?user_id=a"),
      node.get("/api/user/client_health?user_id=a"),
      node.get("/api/models/get"),
      node.get("/api/hosts"),
      node.get("/api/hosts/x"),
      node.get("/api/devices"),
      node.send("DELETE", "/api/hosts/" + CLIENT),
      node.send("DELETE", "/api/models/1"),
      node.post("/api/user/insert_client", INSERT),
      node.post("/api/user/edit_client_info", EDIT),
      node.post(
          "/api/models/insert",
          "{\"name\":\"n\",\"version\":\"v\",\"version_code\":1,\"engine_type\":0}"),
      node.post(
          "/api/heartbeats",
          "{\"client_id\":\""
              + CLIENT
              + "\",\"timestamp\":\"2025-07-29T17:55:48Z\",\"cpu_usage\":1,\"mem_usage\":1,"
              + "\"disk_usage\":1}")
    };
  }
}

package io.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.bus.Address;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.BusService;
import io.muster.bus.service.HistoryService;
import io.muster.bus.service.RegistryService;
import io.muster.schema.client.ClientList;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.ClientSummary;
import io.muster.schema.history.ClientStat;
import io.muster.schema.history.HealthPoint;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.HealthSeries;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientDoorIT {
  private static final String CLIENT_ID = "6e1131b4b9cc454aa6ce3294ab860b2d";

  private final ApiNode node = ApiNode.start();
  private final FakeHistory history = new FakeHistory();
  private final FakeRegistry registry = new FakeRegistry();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void clientStat_answersTheEnvelope() {
    serve();

    var answer = node.get("/api/user/client_stat?user_id=u%C3%A9+1&unknown=1&unknown=2");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).contains("application/json");
    assertThat(answer.header("cache-control")).contains("no-store");
    assertThat(answer.body())
        .startsWith("{\"success\":true,\"data\":{")
        .endsWith(
            "},\"message\":\"Operation successful\",\"timestamp\":\"2026-08-08T12:35:00.500000Z\"}");
    assertThat(answer.json().getJsonObject("data").getMap())
        .containsEntry("systems_total_number", 10)
        .containsEntry("systems_online_number", 8)
        .containsEntry("systems_maintenance_number", 1)
        .containsEntry("systems_warnings_number", 2)
        .containsEntry("total_tflops", 830)
        .containsEntry("uptime_rate", 97)
        .hasSize(6);
    assertThat(history.users).containsExactly("ué 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_list", "client_status_list"})
  void clientList_passesTheConditionsOn(String path) {
    serve();

    var answer =
        node.get(
            "/api/user/"
                + path
                + "?user_id=u1&client_id=0x6E1131B4B9CC454AA6CE3294AB860B2D"
                + "&status=online&name=%25a_&valid_status=invalid");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(registry.queries)
        .containsExactly(
            new ClientQuery(
                "u1",
                Optional.of(CLIENT_ID),
                Optional.of("online"),
                Optional.of("%a_"),
                Optional.of("invalid")));
    var data = answer.json().getJsonObject("data");
    assertThat(data.getInteger("total")).isEqualTo(1);
    assertThat(data.getJsonArray("devices").getJsonObject(0).getMap())
        .containsEntry("client_id", CLIENT_ID)
        .containsEntry("uptime_days", 3)
        .hasSize(13);
  }

  @Test
  void clientList_emptyConditions_areNone() {
    serve();

    assertThat(node.get("/api/user/client_list?user_id=u1&name=&status=&valid_status=").status())
        .isEqualTo(200);
    assertThat(registry.queries)
        .containsExactly(
            new ClientQuery(
                "u1", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  @Test
  void clientHealth_answersThePointsAndTheResolution() {
    serve();

    var answer =
        node.get(
            "/api/user/client_health?user_id=u1&start_date=2025-07-01&end_date=2025-07-02"
                + "&client_id="
                + CLIENT_ID);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("x-resolution")).contains("60");
    assertThat(answer.json().getJsonArray("data").getJsonObject(0).getString("timestamp"))
        .isEqualTo("2025-07-01T00:00:10.000000Z");
    assertThat(history.queries)
        .containsExactly(
            new HealthQuery(
                "u1",
                Optional.of(CLIENT_ID),
                Instant.parse("2025-07-01T00:00:00Z").toEpochMilli(),
                Instant.parse("2025-07-03T00:00:00Z").toEpochMilli()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "client_stat                              | missing field `user_id`",
        "client_stat?user_id=                     | missing field `user_id`",
        "client_stat?user_id=a&user_id=a          | duplicate field `user_id`",
        "client_stat?user_id=a%00b                | user_id=a\\u0000b: expected no NUL",
        "client_stat?user_id=%zz                  | malformed",
        "client_list?user_id=a&client_id=xyz      | client_id=xyz: expected 32 hexadecimal digits",
        "client_list?user_id=a&client_id=         | client_id=: expected 32 hexadecimal digits",
        "client_list?user_id=a&client_id=6e1131b4-b9cc-454a-a6ce-3294ab860b2d | client_id=6e11",
        "client_list?user_id=a&valid_status=maybe | valid_status=maybe: expected valid or invalid",
        "client_list?user_id=a&name=%00           | name=",
        "client_list?user_id=a&status=%00         | status=",
        "client_list?user_id=a&name=x&name=y      | duplicate field `name`",
        "client_health                            | missing field `user_id`",
        "client_health?user_id=a&start_date=2025-02-30 | start_date=2025-02-30: expected a date",
        "client_health?user_id=a&end_date=        | end_date=: expected a date as YYYY-MM-DD",
        "client_health?user_id=a&end_date=%2B999999999-12-31 | end_date=+999999999-12-31: expected",
        "client_health?user_id=a&start_date=2025-07-02&end_date=2025-07-01 | start_date=2025-07-02",
        "client_health?user_id=a&client_id=0x0x6e1131b4b9cc454aa6ce3294ab860b2d | client_id=0x0x6e",
      })
  void get_badParameters_are400InTheEnvelope(String target, String message) {
    serve();

    var answer = node.get("/api/user/" + target);

    assertFailure(answer, 400);
    assertThat(answer.body()).contains(message);
    assertThat(history.users).isEmpty();
    assertThat(history.queries).isEmpty();
    assertThat(registry.queries).isEmpty();
  }

  @Test
  void get_userId_isCountedInCodePoints() {
    serve();
    var face = "%F0%9F%98%80";

    assertThat(node.get("/api/user/client_stat?user_id=" + face.repeat(255)).status())
        .isEqualTo(200);
    assertFailure(node.get("/api/user/client_stat?user_id=" + face.repeat(256)), 400);
    assertThat(node.get("/api/user/client_health?user_id=" + face.repeat(32)).status())
        .isEqualTo(200);
    assertFailure(node.get("/api/user/client_health?user_id=" + face.repeat(33)), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/api/user/nothing", "/api/", "/api/user/client_stat/", "/api/models/get/x"})
  void get_unknownPath_is404InTheEnvelope(String path) {
    assertFailure(node.get(path), 404);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, client_stat",
    "PUT, client_list",
    "DELETE, client_status_list",
    "PATCH, client_health"
  })
  void send_anotherMethod_is405InTheEnvelopeWithAllow(String method, String path) {
    serve();

    var answer = node.send(method, "/api/user/" + path + "?user_id=a", "Content-Length: 0");

    assertFailure(answer, 405);
    assertThat(answer.header("allow")).contains("GET,HEAD");
    assertThat(history.users).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_stat", "client_list", "client_status_list", "client_health"})
  void head_answersTheHeadOfAGet(String path) {
    serve();

    var answer = node.send("HEAD", "/api/user/" + path + "?user_id=a");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).contains("application/json");
    assertThat(answer.header("content-length"))
        .isEqualTo(node.get("/api/user/" + path + "?user_id=a").header("content-length"));
    assertThat(answer.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_stat", "client_list", "client_status_list", "client_health"})
  void get_nobodyOnTheBus_is503(String path) {
    assertFailure(node.get("/api/user/" + path + "?user_id=a"), 503);
  }

  @Test
  void get_noDatabase_is503WithItsMessage() {
    serve();
    history.answer =
        Future.failedFuture(new FleetException(Code.UNAVAILABLE, "the database is away"));

    var answer = node.get("/api/user/client_stat?user_id=a");

    assertFailure(answer, 503);
    assertThat(answer.json().getString("message")).isEqualTo("the database is away");
  }

  @Test
  void get_defect_is500WithoutWhatItSays() {
    serve();
    history.answer = Future.failedFuture(new IllegalStateException("select password from users"));

    var answer = node.get("/api/user/client_stat?user_id=a");

    assertFailure(answer, 500);
    assertThat(answer.body()).doesNotContain("password", "Exception");
  }

  @Test
  void get_answerOfAnotherKind_is500WithoutWhatItSays() {
    node.vertx()
        .eventBus()
        .consumer(Address.HISTORY, request -> request.reply("select password from users"));

    var answer = node.get("/api/user/client_stat?user_id=a");

    assertFailure(answer, 500);
    assertThat(answer.json().getString("message"))
        .isEqualTo("unreadable answer from muster.history");
  }

  @Test
  void get_withAnOrigin_sendsNoPermission() {
    serve();

    for (var path : List.of("/snapshot", "/metrics", "/-/ready", "/events?throttle=x")) {
      assertThat(node.get(path, "Origin: http://elsewhere").headers())
          .noneMatch(header -> header.startsWith("access-control-"));
    }
  }

  private void serve() {
    ApiNode.await(BusService.export(node.vertx(), Address.HISTORY, HistoryService.class, history));
    ApiNode.await(
        BusService.export(node.vertx(), Address.REGISTRY, RegistryService.class, registry));
  }

  private static void assertFailure(Exchange answer, int status) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("content-type")).contains("application/json");
    assertThat(answer.body())
        .startsWith("{\"success\":false,\"data\":null,\"message\":\"")
        .endsWith("\",\"timestamp\":\"2026-08-08T12:35:00.500000Z\"}");
    assertThat(answer.json().getString("message")).isNotBlank();
  }

  /** Called on the bus' threads, asked after the answer: the exchange orders the two. */
  private static final class FakeHistory implements HistoryService {
    private final List<String> users = new ArrayList<>();
    private final List<HealthQuery> queries = new ArrayList<>();
    private volatile Future<ClientStat> answer =
        Future.succeededFuture(new ClientStat(10, 8, 1, 2, 830, 97));

    @Override
    public Future<ClientStat> clientStat(String userId) {
      users.add(userId);
      return answer;
    }

    @Override
    public Future<HealthSeries> clientHealth(HealthQuery query) {
      queries.add(query);
      var point = new HealthPoint(CLIENT_ID, "n", "2025-07-01T00:00:10.000000Z", 1, 2, 3, 4, 5);
      return Future.succeededFuture(new HealthSeries("60", List.of(point)));
    }
  }

  private static final class FakeRegistry implements RegistryService {
    private final List<ClientQuery> queries = new ArrayList<>();

    @Override
    public Future<Void> register(ClientRegistration registration) {
      return Future.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public Future<Void> announce(ClientRegistration registration) {
      return Future.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public Future<ClientList> clients(ClientQuery query) {
      queries.add(query);
      var client =
          new ClientSummary(
              CLIENT_ID, "n", "online", "linux", "H200", 67, 1, 2, 3, 100, "l", "c", 3);
      return Future.succeededFuture(new ClientList(1, List.of(client)));
    }
  }
}

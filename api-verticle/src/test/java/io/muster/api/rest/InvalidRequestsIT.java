package io.muster.api.rest;

import static io.muster.api.rest.FakeRestServices.CLIENT;
import static io.muster.api.rest.RestTestNode.JSON;
import static io.muster.api.rest.RestTestNode.assertFailure;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Exchange;
import io.muster.schema.client.ClientRegistration;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalid requests are rejected with a message and reach no service. */
class InvalidRequestsIT {
  private static final RestTestNode NODE = RestTestNode.start();
  private static final String EMOJI = "%F0%9F%98%80";
  private static final String INSERT = "/api/user/insert_client";

  @AfterAll
  static void close() {
    NODE.close();
  }

  @BeforeEach
  void reset() {
    NODE.services().calls.clear();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "user/client_stat                    | user_id: missing, expected 1 to 255 characters",
        "user/client_stat?user_id            | user_id: expected 1 to 255 characters",
        "user/client_stat?user_id=           | user_id: expected 1 to 255 characters",
        "user/client_stat?User_id=a          | user_id: missing, expected 1 to 255 characters",
        "user/client_stat?user_id=a&user_id=a | user_id: expected only once",
        "user/client_stat?user_id=a&%75ser_id=b | user_id: expected only once",
        "user/client_stat?user_id=a%00b      | user_id: expected text without control characters",
        "user/client_stat?user_id=%zz        | query: expected UTF-8, with escapes as %XX",
        "user/client_stat?user_id=a%f        | query: expected UTF-8, with escapes as %XX",
        "user/client_stat?user_id=a%         | query: expected UTF-8, with escapes as %XX",
        "user/client_stat?user_id=%ff        | query: expected UTF-8, with escapes as %XX",
        "user/client_stat?user_id=%ED%A0%80  | query: expected UTF-8, with escapes as %XX",
        "user/client_stat?user_id=%C0%80     | query: expected UTF-8, with escapes as %XX",
        "hosts/%FF                           | path: expected UTF-8, with escapes as %XX",
        "hosts/a%C3/history                  | path: expected UTF-8, with escapes as %XX",
        "devices/%ED%A0%80/history           | path: expected UTF-8, with escapes as %XX",
        "user/client_list?user_id=a&client_id=xyz | client_id: expected 32 hexadecimal digits",
        "user/client_list?user_id=a&client_id=    | client_id: expected 32 hexadecimal digits",
        "user/client_list?user_id=a&client_id=6e1131b4-b9cc-454a-a6ce-3294ab860b2d |"
            + " client_id: expected 32 hexadecimal digits",
        "user/client_list?user_id=a&client_id=0x0x6e1131b4b9cc454aa6ce3294ab860b2d |"
            + " client_id: expected 32 hexadecimal digits",
        "user/client_list?user_id=a&client_id=6e1131b4b9cc454aa6ce3294ab860b2d%0A |"
            + " client_id: expected 32 hexadecimal digits",
        "user/client_list?user_id=a&valid_status=maybe |"
            + " valid_status: expected valid or invalid or empty",
        "user/client_list?user_id=a&name=%00 | name: expected text without control characters",
        "user/client_list?user_id=a&name=x%0Ay | name: expected text without control characters",
        "user/client_stat?user_id=a%1B%5B2J | user_id: expected text without control characters",
        "user/client_stat?user_id=a%C2%85   | user_id: expected text without control characters",
        "user/client_list?user_id=a&name=x%E2%80%8By |"
            + " name: expected text without control characters",
        "user/client_list?user_id=a&name=x%E2%80%AEy |"
            + " name: expected text without control characters",
        "user/client_list?user_id=a&name=x&name=y | name: expected only once",
        "user/client_list?user_id=a&limit=0  | limit: expected a whole number from 1 to 100000",
        "user/client_list?user_id=a&limit=100001 | limit: expected a whole number from 1 to 100000",
        "user/client_list?user_id=a&limit=   | limit: expected a whole number from 1 to 100000",
        "user/client_list?user_id=a&limit=1.0 | limit: expected a whole number from 1 to 100000",
        "user/client_list?user_id=a&limit=1e2 | limit: expected a whole number from 1 to 100000",
        "user/client_list?user_id=a&limit=+1 | limit: expected a whole number from 1 to 100000",
        "user/client_list?user_id=a&limit=01 | limit: expected a whole number from 1 to 100000",
        "user/client_list?user_id=a&limit=9999999999999999999 |"
            + " limit: expected a whole number from 1 to 100000",
        "user/client_status_list?user_id=a&offset=-1 |"
            + " offset: expected a whole number from 0 to 2147483647",
        "user/client_status_list?user_id=a&offset=2147483648 |"
            + " offset: expected a whole number from 0 to 2147483647",
        "user/client_device_detail          | user_id: missing, expected 1 to 255 characters",
        "user/client_device_detail?user_id=a | client_id: missing, expected 32 hexadecimal digits",
        "user/client_device_detail?user_id=a&client_id=%00 |"
            + " client_id: expected 32 hexadecimal digits",
        "user/client_monitor?client_id=x     | user_id: missing, expected 1 to 32 characters",
        "user/client_monitor?user_id=a&start_date=x |"
            + " start_date: expected a date as YYYY-MM-DD, or an instant of RFC 3339",
        "user/client_health                  | user_id: missing, expected 1 to 32 characters",
        "user/client_health?user_id=a&start_date=2025-02-30 |"
            + " start_date: expected a date as YYYY-MM-DD, or an instant of RFC 3339",
        "user/client_health?user_id=a&end_date= |"
            + " end_date: expected a date as YYYY-MM-DD, or an instant of RFC 3339",
        "user/client_health?user_id=a&end_date=2025-07-01T24:00:00 |"
            + " end_date: expected a date as YYYY-MM-DD, or an instant of RFC 3339",
        "user/client_health?user_id=a&end_date=%2B999999999-12-31 |"
            + " end_date: expected a date as YYYY-MM-DD, or an instant of RFC 3339",
        "user/client_health?user_id=a&start_date=2025-07-02&end_date=2025-07-01 |"
            + " start_date: expected a date not after end_date",
        "user/client_health?user_id=a&resolution=61 | resolution: expected raw or 60 or 3600",
        "models/get?is_active=1              | is_active: expected true or false",
        "models/get?is_active=               | is_active: expected true or false",
        "models/get?is_active=True           | is_active: expected true or false",
        "models/get?min_gpu_memory_gb=x      |"
            + " min_gpu_memory_gb: expected a whole number from 0 to 2147483647",
      })
  void get_badParameters_are400(String target, String message) {
    NODE.assertRejected(NODE.get("/api/" + target), 400, message);
  }

  @Test
  void get_userId_isCountedInCodePoints() {
    assertThat(NODE.get("/api/user/client_stat?user_id=" + EMOJI.repeat(255)).status())
        .isEqualTo(200);
    assertFailure(NODE.get("/api/user/client_stat?user_id=" + EMOJI.repeat(256)), 400);
    for (var path : List.of("client_health", "client_monitor")) {
      assertThat(NODE.get("/api/user/" + path + "?user_id=" + EMOJI.repeat(32)).status())
          .isEqualTo(200);
      assertFailure(NODE.get("/api/user/" + path + "?user_id=" + EMOJI.repeat(33)), 400);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "' OR 1=1 --",
        "\"; DROP TABLE client; --",
        "1.5",
        "null",
        "{}",
        "a;b",
        "a+b",
        "%"
      })
  void get_oddTexts_arePassedOnUnchanged(String text) {
    var escaped = URLEncoder.encode(text, UTF_8);

    var response = NODE.get("/api/user/client_stat?user_id=" + escaped + "&a;b=c&&=&%3D=1");

    assertThat(response.status()).isEqualTo(200);
    assertThat(NODE.services().calls).containsExactly(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1                              | body: JSON syntax error, see line 1, c",
        "{'a':1}                               | body: JSON syntax error, see line 1, c",
        "{} x                                  | body: JSON syntax error, see line 1, c",
        "{\"user_id\":NaN}                     | body: JSON syntax error, see line 1, c",
        "null                                  | body: expected an object",
        "[]                                    | body: expected an object",
        "\"x\"                                 | body: expected an object",
        "{}                                    | user_id: missing, expected 1 to 32 characters",
        "{\"user_id\":null}                    | user_id: expected 1 to 32 characters",
        "{\"user_id\":12}                      | user_id: expected 1 to 32 characters",
        "{\"user_id\":\"\"}                    | user_id: expected 1 to 32 characters",
        "{\"user_id\":[\"a\"]}                 | user_id: expected 1 to 32 characters",
        "{\"user_id\":\"a\",\"user_id\":\"b\"} | body: expected every key once, see line 1",
        "{\"user_id\":\"a\\u0000\"}            | user_id: expected text without control",
        "{\"user_id\":\"\\ud800\"}             | user_id: expected text without control",
        "{\"user_id\":\"a\",\"client_id\":\"x\"} | client_id: expected 32 hexadecimal digits",
        "{\"x\":{\"y\":1,\"y\":2}}             | body: expected every key once, see line 1",
      })
  void insert_badBodies_are400(String json, String message) {
    var response = NODE.post(INSERT, json);

    assertFailure(response, 400);
    assertThat(response.json().getString("message")).startsWith(message);
    assertThat(NODE.services().calls).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "insert_client    | client_status | \"asleep\" | client_status: expected active or online",
        "insert_client    | client_status | null     | client_status: expected active or online",
        "insert_client    | os_type       | \"\"     | os_type: expected 1 to 64 characters",
        "insert_client    | os_type       | 7        | os_type: expected 1 to 64 characters",
        "insert_client    | name          | \"\"     | name: expected 1 to 32 characters",
        "edit_client_info | client_status | \"Online\" | client_status: expected active or online",
        "edit_client_info | valid_status  | \"\"     | valid_status: expected valid or invalid",
        "edit_client_info | user_id       | {}       | user_id: expected 1 to 255 characters",
      })
  void change_badFields_are400(String path, String field, String value, String message) {
    var body =
        ("{\"user_id\":\"a\",\"client_id\":\"" + CLIENT + "\",\"client_status\":\"online\",")
            + "\"name\":\"n\"}";
    var response =
        NODE.post(
            "/api/user/" + path, new JsonObject(body).put(field, Json.decodeValue(value)).encode());

    assertFailure(response, 400);
    assertThat(response.json().getString("message")).startsWith(message);
    assertThat(NODE.services().calls).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"version_code\":1.0",
        "\"version_code\":0",
        "\"version_code\":\"1\"",
        "\"version_code\":9223372036854775808",
        "\"version_code\":1e400",
        "\"engine_type\":32768",
        "\"engine_type\":-1",
        "\"engine_type\":true",
        "\"is_active\":\"true\"",
        "\"is_active\":1",
        "\"min_memory_mb\":-1",
        "\"min_gpu_memory_gb\":2147483648",
        "\"min_gpu_memory_gb\":0.5",
        "\"name\":\"\"",
        "\"version\":\"\""
      })
  void insertModel_badFields_are400(String field) {
    var model =
        "{\"n\":0,\"name\":\"n\",\"version\":\"v\",\"version_code\":1,\"engine_type\":0,"
            + "\"is_active\":true,\"min_memory_mb\":1,\"min_gpu_memory_gb\":1}";
    var name = field.substring(1, field.indexOf('"', 1));

    var response =
        NODE.post(
            "/api/models/insert",
            model.replaceFirst("\"" + name + "\":(\"[a-z]*\"|[a-z0-9]+)", field));

    assertFailure(response, 400);
    assertThat(response.json().getString("message")).startsWith(name + ": expected ");
    assertThat(NODE.services().calls).isEmpty();
  }

  @Test
  void insert_lengths_areCountedInCodePoints() {
    var name = "😀".repeat(32);
    var body =
        "{\"user_id\":\"a\",\"client_id\":\"" + CLIENT + "\",\"client_status\":\"error\",\"name\":";

    assertThat(NODE.post(INSERT, body + "\"" + name + "\"}").status()).isEqualTo(200);
    assertThat(NODE.services().calls)
        .containsExactly(new ClientRegistration("a", CLIENT, "error", Optional.empty(), name));
    assertFailure(NODE.post(INSERT, body + "\"" + name + "x\"}"), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json;charset=\"iso-8859-1\"",
        "application/json+x",
        "application/jsonp",
        "text/json",
        "application/+json",
        ""
      })
  void post_anotherContentType_is415(String type) {
    var response =
        Exchange.post(NODE.address(), INSERT, "{}".getBytes(UTF_8), "Content-Type: " + type);

    NODE.assertRejected(
        response,
        415,
        "Content-Type: expected application/json in UTF-8, without Content-Encoding");
  }

  @Test
  void post_oddHeaders_are415() {
    var body = "{}".getBytes(UTF_8);
    var address = NODE.address();

    assertFailure(Exchange.post(address, INSERT, body), 415);
    assertFailure(Exchange.post(address, INSERT, body, JSON, "Content-Encoding: gzip"), 415);
    assertFailure(Exchange.post(address, INSERT, body, JSON, "Content-Type: text/plain"), 415);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "application/vnd.x+json",
        "application/json; profile=x"
      })
  void post_otherJsonMediaType_isAccepted(String type) {
    var response =
        Exchange.post(NODE.address(), INSERT, "{}".getBytes(UTF_8), "Content-Type: " + type);

    assertFailure(response, 400);
    assertThat(response.body()).contains("user_id: missing");
  }

  @Test
  void post_otherEncodings_are400() {
    for (var bytes :
        List.of(
            "{\"user_id\":\"é\"}".getBytes(ISO_8859_1),
            "{}".getBytes(UTF_16),
            "\ufeff{}".getBytes(UTF_8),
            new byte[0])) {
      assertFailure(Exchange.post(NODE.address(), INSERT, bytes, JSON), 400);
    }
    assertThat(NODE.services().calls).isEmpty();
  }

  @Test
  void post_deepNesting_is400() {
    for (var depth : List.of(33, 30_000)) {
      var nested = "{\"x\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
      var response = NODE.post(INSERT, nested);
      assertFailure(response, 400);
      assertThat(response.body()).contains("body: expected JSON of at most 32 levels");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/api/user/insert_client, 65536",
    "/api/user/edit_client_info, 65536",
    "/api/models/insert, 65536",
    "/api/heartbeats, 1048576"
  })
  void post_tooLarge_is413(String path, int maxBytes) {
    var blanks = " ".repeat(maxBytes - 2) + "{}";

    assertFailure(NODE.post(path, blanks), 400);
    NODE.assertRejected(
        NODE.post(path, " " + blanks), 413, "body: expected at most " + maxBytes + " bytes");
    NODE.assertRejected(
        Exchange.sendRaw(NODE.address(), chunked(path, " " + blanks)),
        413,
        "body: expected at most " + maxBytes + " bytes");
  }

  /** A client that sends {@code Expect: 100-continue} gets a rejection without sending the body. */
  @Test
  void post_expectContinue_isAnsweredBeforeTheBody() {
    var head =
        "POST /api/user/insert_client HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ";

    var tooLarge = Exchange.sendRaw(NODE.address(), head + "70000\r\n\r\n" + " ".repeat(70_000));
    assertFailure(tooLarge, 413);
    var accepted = Exchange.sendRaw(NODE.address(), head + "2\r\n\r\n{}");
    assertThat(accepted.status()).isEqualTo(100);
    assertThat(accepted.body()).contains("HTTP/1.1 400 Bad Request", "user_id: missing");
  }

  private static String chunked(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + JSON
        + "\r\nTransfer-Encoding: chunked\r\n\r\n"
        + Integer.toHexString(body.length())
        + "\r\n"
        + body
        + "\r\n0\r\n\r\n";
  }
}

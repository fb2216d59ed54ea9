package io.muster.api.rest;

import static io.muster.api.rest.FakeRestServices.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.client.RegisteredDeviceQuery;
import io.muster.schema.client.RegisteredHostQuery;
import io.muster.schema.client.RegisteredHostQuery.HostFilter;
import io.muster.schema.model.ModelId;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operations for operators, and what all responses to reads have in common. */
class HostOperationsIT {
  private static final RestTestNode NODE = RestTestNode.start();
  private static final Optional<String> NONE = Optional.empty();

  @AfterAll
  static void close() {
    NODE.close();
  }

  @BeforeEach
  void reset() {
    NODE.services().calls.clear();
  }

  @Test
  void list_parameters_arePassedOn() {
    NODE.get("/api/hosts");
    NODE.get(
        "/api/hosts?user_id=12&status=offline&valid_status=invalid&model=h100&health_below=50"
            + "&warning=gpu_hot&text=rack%201&sort=-health&cursor=abc&limit=7&token=x&");

    assertThat(NODE.services().calls)
        .containsExactly(
            new RegisteredHostQuery(
                new HostFilter(NONE, NONE, NONE, NONE, Optional.empty(), NONE, NONE),
                "name",
                NONE,
                100),
            new RegisteredHostQuery(
                new HostFilter(
                    Optional.of("12"),
                    Optional.of("offline"),
                    Optional.of("invalid"),
                    Optional.of("h100"),
                    Optional.of(50),
                    Optional.of("gpu_hot"),
                    Optional.of("rack 1")),
                "-health",
                Optional.of("abc"),
                7));
  }

  @Test
  void listDevices_parameters_arePassedOn() {
    NODE.get("/api/devices");
    NODE.get("/api/devices?user_id=12&host=gpu-01&text=h100&sort=-power&cursor=abc&limit=1000");

    assertThat(NODE.services().calls)
        .containsExactly(
            new RegisteredDeviceQuery(NONE, NONE, NONE, "host", NONE, 100),
            new RegisteredDeviceQuery(
                Optional.of("12"),
                Optional.of("gpu-01"),
                Optional.of("h100"),
                "-power",
                Optional.of("abc"),
                1000));
  }

  @Test
  void find_nameWithSlash_isDecodedOnce() {
    assertThat(NODE.get("/api/hosts/rack%2F7%2520a").status()).isEqualTo(200);
    assertThat(NODE.services().calls).containsExactly("rack/7%20a");
  }

  @Test
  void delete_hostAndModel_arePassedOn() {
    assertThat(NODE.send("DELETE", "/api/hosts/0x" + CLIENT).body()).contains("\"data\":null");
    assertThat(NODE.send("DELETE", "/api/models/7").status()).isEqualTo(200);
    assertThat(NODE.services().calls).containsExactly(CLIENT, new ModelId(7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | hosts?limit=0 | limit: expected a whole number from 1 to 1000",
        "GET | hosts?Limit=1 | unknown parameter Limit: expected cursor, health_below, limit,",
        "GET | hosts?x%0Ay=1 | unknown parameter x\\u000ay: expected cursor,",
        "GET | hosts?sort=size | sort: expected name or -name or health",
        "GET | hosts?warning=hot | warning: expected any or declared_error",
        "GET | hosts/x?y=1 | unknown parameter y: expected none",
        "GET | hosts/x%00 | host: expected text without control characters",
        "DELETE | hosts/gpu-01 | host: expected 32 hexadecimal digits",
        "DELETE | models/x | id: expected a whole number from 1 to 2147483647",
        "DELETE | models/0 | id: expected a whole number from 1 to 2147483647",
      })
  void send_badParameters_are400(String method, String target, String message) {
    var response = NODE.send(method, "/api/" + target);

    RestTestNode.assertFailure(response, 400);
    assertThat(response.json().getString("message")).startsWith(message);
    assertThat(NODE.services().calls).isEmpty();
  }

  @Test
  void get_dataThatTheClientHas_is304() {
    var first = NODE.get("/api/hosts");
    var tag = first.header("etag").orElseThrow();
    assertThat(first.header("cache-control")).contains("private, no-cache");
    assertThat(NODE.get("/api/hosts/" + CLIENT).header("etag")).isNotEqualTo(first.header("etag"));

    for (var names : new String[] {tag, "\"x\", " + tag, tag.substring(2), "*"}) {
      var again = NODE.get("/api/hosts?limit=5", "If-None-Match: " + names);
      assertThat(again.status()).isEqualTo(304);
      assertThat(again.header("etag")).contains(tag);
      assertThat(again.header("content-type")).isEmpty();
      assertThat(again.body()).isEmpty();
    }
    assertThat(NODE.get("/api/hosts", "If-None-Match: W/\"x\"").status()).isEqualTo(200);
    assertThat(NODE.send("DELETE", "/api/models/7").header("etag")).isEmpty();
  }
}

package io.muster.api.rest;

import static io.muster.api.rest.FakeRestServices.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Exchange;
import io.muster.schema.client.ClientEdit;
import io.muster.schema.client.ClientKey;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.LimitOffset;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.MonitorQuery;
import io.muster.schema.history.MonitorQuery.QueryDayRange;
import io.muster.schema.model.ModelQuery;
import io.muster.schema.model.ModelRegistration;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example requests and responses of the original gpuf-s document. */
class DocumentExamplesIT {
  private final RestTestNode node = RestTestNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void insertClient() {
    var response =
        node.post(
            "/api/user/insert_client",
            """
            {
              "user_id": "12",
              "client_id": "6e1131b4b9cc454aa6ce3294ab860b2d",
              "client_status": "online",
              "os_type": "Linux",
              "name": "GPU Server 1"
            }
            """);

    assertResponse(response, "[]");
    assertThat(node.services().calls)
        .containsExactly(
            new ClientRegistration("12", CLIENT, "online", Optional.of("Linux"), "GPU Server 1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_list", "client_status_list"})
  void clientList(String path) {
    var response = node.get("/api/user/" + path + "?user_id=12&status=online");

    assertResponse(
        response,
        """
        {
          "total": 5,
          "devices": [
            {
              "client_id": "6e1131b4b9cc454aa6ce3294ab860b2d",
              "client_name": "GPU Server 1",
              "client_status": "online",
              "os_type": "Linux",
              "device_name": "NVIDIA GeForce RTX 4090",
              "tflops": 83,
              "cpu_usage": 45,
              "memory_usage": 60,
              "storage_usage": 30,
              "health": 95,
              "last_online": "2025-07-29T17:55:48.826362Z",
              "created_at": "2025-07-01T10:00:00.000000Z",
              "uptime_days": 28
            }
          ]
        }
        """);
    assertThat(response.body()).contains("\"data\":{\"total\":5,\"devices\":[{");
    assertThat(node.services().calls)
        .containsExactly(
            new ClientQuery(
                "12",
                Optional.empty(),
                Optional.of("online"),
                Optional.empty(),
                Optional.empty(),
                LimitOffset.ALL));
  }

  @Test
  void clientDeviceDetail() {
    var response =
        node.get(
            "/api/user/client_device_detail?user_id=12&status=x&name=y&client_id=0x"
                + CLIENT.toUpperCase(Locale.ROOT));

    assertResponse(
        response,
        """
        {
          "system_info": {
            "health": 95,
            "cpu_usage": 45,
            "memory_usage": 60,
            "storage_usage": 30,
            "device_memsize": 24576,
            "uptime_days": 28
          },
          "device_info": [
            {
              "device_index": 0,
              "name": "NVIDIA GeForce RTX 4090",
              "temp": 72,
              "usage": 85,
              "mem_usage": 75,
              "power_usage": 350
            }
          ]
        }
        """);
    assertThat(node.services().calls).containsExactly(new ClientKey("12", CLIENT));
  }

  @Test
  void editClientInfo() {
    var response =
        node.post(
            "/api/user/edit_client_info",
            """
            {
              "user_id": "12",
              "client_id": "6e1131b4b9cc454aa6ce3294ab860b2d",
              "name": "Updated Client Name",
              "client_status": "maintenance"
            }
            """);

    assertResponse(response, "null");
    assertThat(node.services().calls)
        .containsExactly(
            new ClientEdit(
                "12",
                CLIENT,
                Optional.empty(),
                Optional.of("Updated Client Name"),
                Optional.of("maintenance"),
                Optional.empty()));
  }

  @Test
  void clientStat() {
    var response = node.get("/api/user/client_stat?user_id=12");

    assertResponse(
        response,
        """
        {
          "systems_total_number": 10,
          "systems_online_number": 8,
          "systems_maintenance_number": 1,
          "systems_warnings_number": 1,
          "total_tflops": 830,
          "uptime_rate": 95
        }
        """);
    assertThat(node.services().calls).containsExactly("12");
  }

  @Test
  void clientMonitor() {
    var response = node.get("/api/user/client_monitor?user_id=12");

    assertResponse(
        response,
        """
        [
          {
            "client_id": "6e1131b4b9cc454aa6ce3294ab860b2d",
            "client_name": "GPU Server 1",
            "created_at": "2025-07-01T10:00:00",
            "updated_at": "2025-07-29T17:55:48",
            "date": "2025-07-29",
            "avg_cpu_usage": 45.5,
            "avg_memory_usage": 60.2,
            "avg_disk_usage": 30.1,
            "total_network_in_bytes": 1073741824,
            "total_network_out_bytes": 2147483648,
            "total_heartbeats": 1440,
            "last_heartbeat": "2025-07-29T17:55:48.826362Z",
            "avg_network_in_bytes": 745496.5,
            "avg_network_out_bytes": 1490993.0
          }
        ]
        """);
    assertThat(node.services().calls)
        .containsExactly(
            new MonitorQuery("12", Optional.empty(), Optional.empty(), LimitOffset.ALL));
  }

  @Test
  void clientHealth() {
    var response =
        node.get(
            "/api/user/client_health?user_id=12&client_id=6e1131b4b9cc454aa6ce3294ab860b2d"
                + "&start_date=2025-07-01&end_date=2025-07-29");

    assertResponse(
        response,
        """
        [
          {
            "client_id": "6e1131b4b9cc454aa6ce3294ab860b2d",
            "client_name": "GPU Server 1",
            "timestamp": "2025-07-29T17:55:48.826362Z",
            "cpu_usage": 45,
            "mem_usage": 60,
            "disk_usage": 30,
            "network_up": 1073741824,
            "network_down": 2147483648
          }
        ]
        """);
    assertThat(response.header("x-resolution")).contains("raw");
    assertThat(node.services().calls)
        .containsExactly(
            new HealthQuery(
                "12",
                Optional.of(CLIENT),
                Instant.parse("2025-07-01T00:00:00Z").toEpochMilli(),
                Instant.parse("2025-07-30T00:00:00Z").toEpochMilli(),
                Optional.empty(),
                LimitOffset.ALL));
  }

  @Test
  void modelsInsert() {
    var response =
        node.post(
            "/api/models/insert",
            """
            {
              "name": "llama-2-7b",
              "version": "1.0",
              "version_code": 1,
              "engine_type": 0,
              "is_active": true,
              "min_memory_mb": 8192,
              "min_gpu_memory_gb": 16
            }
            """);

    assertResponse(response, "null");
    assertThat(node.services().calls)
        .containsExactly(
            new ModelRegistration(
                "llama-2-7b", "1.0", 1, 0, Optional.of(true), Optional.of(8192), Optional.of(16)));
  }

  @Test
  void modelsGet() {
    var response = node.get("/api/models/get?is_active=true&min_gpu_memory_gb=16");

    assertResponse(
        response,
        """
        [
          {
            "id": 1,
            "name": "llama-2-7b",
            "version": "1.0",
            "version_code": 1,
            "is_active": true,
            "min_memory_mb": 8192,
            "min_gpu_memory_gb": 16,
            "created_at": "2025-07-01T10:00:00.000000Z"
          }
        ]
        """);
    assertThat(node.services().calls)
        .containsExactly(new ModelQuery(Optional.of(true), Optional.of(16), LimitOffset.ALL));
  }

  @Test
  void additions_arePassedOn() {
    var id = "&client_id=" + CLIENT;
    node.get("/api/user/client_list?user_id=u%2B%C3%A9+1&limit=100000&offset=7&name=%25a_" + id);
    node.get("/api/user/client_monitor?user_id=a&start_date=2025-07-02&limit=1" + id);
    node.get("/api/user/client_health?user_id=a&resolution=3600&offset=2147483647");
    node.get("/api/models/get?is_active=false&limit=2&offset=0");

    var limitOffset = new LimitOffset(Optional.of(100_000), 7);
    assertThat(node.services().calls)
        .containsExactly(
            new ClientQuery(
                "u+é 1",
                Optional.of(CLIENT),
                Optional.empty(),
                Optional.of("%a_"),
                Optional.empty(),
                limitOffset),
            new MonitorQuery(
                "a",
                Optional.of(CLIENT),
                Optional.of(new QueryDayRange(day("2025-07-02"), day("9999-12-30"))),
                new LimitOffset(Optional.of(1), 0)),
            new HealthQuery(
                "a",
                Optional.empty(),
                0,
                Instant.parse("9999-12-31T00:00:00Z").toEpochMilli(),
                Optional.of("3600"),
                new LimitOffset(Optional.empty(), Integer.MAX_VALUE)),
            new ModelQuery(
                Optional.of(false), Optional.empty(), new LimitOffset(Optional.of(2), 0)));
  }

  @Test
  void nullAndMissing_areTheSame() {
    var client = "{\"user_id\":\"1\",\"client_id\":\"" + CLIENT + "\"";
    node.post("/api/user/edit_client_info", client + ",\"name\":null,\"os_type\":null}");
    node.post("/api/user/edit_client_info", client + ",\"unknown\":[{}],\"os_type\":null}");
    node.post(
        "/api/models/insert",
        "{\"name\":\"n\",\"version\":\"v\",\"version_code\":9223372036854775807,"
            + "\"engine_type\":32767,\"is_active\":null,\"min_memory_mb\":null}");

    var none = Optional.<String>empty();
    var unchanged = new ClientEdit("1", CLIENT, none, none, none, none);
    assertThat(node.services().calls)
        .isEqualTo(
            List.of(
                unchanged,
                unchanged,
                new ModelRegistration(
                    "n",
                    "v",
                    Long.MAX_VALUE,
                    32767,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())));
  }

  private static long day(String date) {
    return LocalDate.parse(date).toEpochDay();
  }

  /** Asserts the data and the envelope of the document, with the time of the test clock. */
  private static void assertResponse(Exchange response, String expectedData) {
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.json().getValue("data"))
        .isEqualTo(new JsonObject("{\"data\":" + expectedData + "}").getValue("data"));
    assertThat(response.body())
        .startsWith("{\"success\":true,\"data\":")
        .endsWith(
            ",\"message\":\"Operation successful\","
                + "\"timestamp\":\"2026-08-08T12:35:00.500000Z\"}");
    assertThat(response.json().fieldNames())
        .containsExactly("success", "data", "message", "timestamp");
    assertThat(response.header("content-type")).contains("application/json");
    assertThat(response.header("cache-control").isPresent()).isTrue();
    assertThat(response.header("content-length")).isPresent();
  }
}

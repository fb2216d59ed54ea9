package io.muster.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The complete workflow of the gpuf-s documentation, request by request, against the real program
 * and a real PostgreSQL. The responses have the keys, the order and the types of the
 * documentation's examples, and their values if the same readings were sent.
 */
class RestWorkflowIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String CLIENT = "6e1131b4b9cc454aa6ce3294ab860b2d";
  private static final String CLIENT_QUERY = "?user_id=12&client_id=" + CLIENT;
  private static final String SUCCESS_BODY =
      """
      {"success": true, "data": null, "message": "Operation successful",
       "timestamp": "2025-07-29T17:55:48.826362Z"}\
      """;

  @TempDir private Path data;

  private final Clock clock = Clock.systemUTC();

  @Test
  void documentedWorkflow_everyRequest_returnsTheDocumentedResponse() throws Exception {
    try (var node = MusterProcess.start(data, "--roles", "api,aggregator,registry")) {
      node.awaitBanner();
      AssertionPoller.awaitAssertion(
          TIMEOUT, () -> assertThat(node.get("/api/models/get").statusCode()).isEqualTo(200));
      createClient(node);
      sendHeartbeats(node);
      assertClientLists(node);
      assertDeviceDetail(node);
      assertStatistics(node);
      assertHealthHistory(node);
      assertMonitorDays(node);
      editClient(node);
      insertAndListModels(node);
    }
  }

  private static void createClient(MusterProcess node) throws Exception {
    var response =
        post(
            node,
            "/api/user/insert_client",
            """
            {"user_id": "12", "client_id": "%s", "client_status": "online", "os_type": "Linux",
             "name": "GPU Server 1"}\
            """
                .formatted(CLIENT));

    assertSameStructure(response, SUCCESS_BODY.replace("null", "[]"));
    var client = node.json("/api/user/client_list?user_id=12").at("/data/devices/0");
    assertThat(client.get("client_status").asText()).isEqualTo("online");
    assertThat(client.get("device_name").asText()).isEmpty();
    assertThat(node.json("/api/user/client_health?user_id=12").get("data")).isEmpty();
  }

  /** Sends the readings of the documentation's examples, at three instants. */
  private void sendHeartbeats(MusterProcess node) throws Exception {
    var heartbeats = new ArrayList<String>();
    for (var ageSeconds : List.of(20, 10, 0)) {
      heartbeats.add(
          """
          {"client_id": "%s", "timestamp": "%s", "cpu_usage": 45, "mem_usage": 60, "disk_usage": 30,
           "network_up": 1073741824, "network_down": 2147483648,
           "devices": [{"device_index": 0, "name": "NVIDIA GeForce RTX 4090", "temp": 72, "usage": 85,
             "memory_used_bytes": 19327352832, "memory_total_bytes": 25769803776, "power_usage": 350}]}\
          """
              .formatted(CLIENT, clock.instant().minusSeconds(ageSeconds)));
    }

    var response = post(node, "/api/heartbeats", heartbeats.toString());

    assertThat(response.get("data"))
        .isEqualTo(
            parseJson("{\"accepted\": 3, \"duplicate\": 0, \"out_of_range\": 0, \"unknown\": 0}"));
    assertThat(post(node, "/api/heartbeats", heartbeats.toString()).at("/data/duplicate").asInt())
        .isEqualTo(3);
  }

  private static void assertClientLists(MusterProcess node) throws Exception {
    for (var path : List.of("/api/user/client_list", "/api/user/client_status_list")) {
      var response = node.json(path + "?user_id=12&status=online");

      assertSameStructure(
          response,
          """
          {"success": true,
           "data": {"total": 5, "devices": [{
             "client_id": "6e1131b4b9cc454aa6ce3294ab860b2d", "client_name": "GPU Server 1",
             "client_status": "online", "os_type": "Linux", "device_name": "NVIDIA GeForce RTX 4090",
             "tflops": 83, "cpu_usage": 45, "memory_usage": 60, "storage_usage": 30, "health": 95,
             "last_online": "2025-07-29T17:55:48.826362Z", "created_at": "2025-07-01T10:00:00.000000Z",
             "uptime_days": 28}]},
           "message": "Operation successful", "timestamp": "2025-07-29T17:55:48.826362Z"}\
          """);
      assertThat(response.at("/data/total").asInt()).isEqualTo(1);
      var client = response.at("/data/devices/0");
      assertValues(
          client,
          """
          {"client_id": "6e1131b4b9cc454aa6ce3294ab860b2d", "client_name": "GPU Server 1",
           "client_status": "online", "os_type": "Linux", "device_name": "NVIDIA GeForce RTX 4090",
           "tflops": 83, "cpu_usage": 45, "memory_usage": 60, "storage_usage": 30}\
          """);
    }
  }

  private static void assertDeviceDetail(MusterProcess node) throws Exception {
    var response = node.json("/api/user/client_device_detail" + CLIENT_QUERY);

    assertSameStructure(
        response,
        """
        {"success": true,
         "data": {
           "system_info": {"health": 95, "cpu_usage": 45, "memory_usage": 60, "storage_usage": 30,
             "device_memsize": 24576, "uptime_days": 28},
           "device_info": [{"device_index": 0, "name": "NVIDIA GeForce RTX 4090", "temp": 72,
             "usage": 85, "mem_usage": 75, "power_usage": 350}]},
         "message": "Operation successful", "timestamp": "2025-07-29T17:55:48.826362Z"}\
        """);
    assertValues(
        response.at("/data/system_info"),
        "{\"cpu_usage\": 45, \"memory_usage\": 60, \"storage_usage\": 30, \"device_memsize\":"
            + " 24576}");
    assertValues(
        response.at("/data/device_info/0"),
        """
        {"device_index": 0, "name": "NVIDIA GeForce RTX 4090", "temp": 72, "usage": 85, "mem_usage": 75,
         "power_usage": 350}\
        """);
    assertThat(response.at("/data/system_info/health"))
        .isEqualTo(
            node.json("/api/user/client_list?user_id=12").at("/data/devices/0").get("health"));
  }

  private static void assertStatistics(MusterProcess node) throws Exception {
    var response = node.json("/api/user/client_stat?user_id=12");

    assertSameStructure(
        response,
        """
        {"success": true,
         "data": {"systems_total_number": 10, "systems_online_number": 8,
           "systems_maintenance_number": 1, "systems_warnings_number": 1, "total_tflops": 830,
           "uptime_rate": 95},
         "message": "Operation successful", "timestamp": "2025-07-29T17:55:48.826362Z"}\
        """);
    assertValues(
        response.get("data"),
        """
        {"systems_total_number": 1, "systems_online_number": 1, "systems_maintenance_number": 0,
         "systems_warnings_number": 0, "total_tflops": 83}\
        """);
  }

  private void assertHealthHistory(MusterProcess node) throws Exception {
    var today = today();
    var range = "&start_date=%s&end_date=%s".formatted(today.minusDays(1), today);
    for (var query : List.of("?user_id=12", CLIENT_QUERY, CLIENT_QUERY + range)) {
      var response = node.json("/api/user/client_health" + query);

      assertSameStructure(
          response,
          """
          {"success": true,
           "data": [{"client_id": "6e1131b4b9cc454aa6ce3294ab860b2d", "client_name": "GPU Server 1",
             "timestamp": "2025-07-29T17:55:48.826362Z", "cpu_usage": 45, "mem_usage": 60,
             "disk_usage": 30, "network_up": 1073741824, "network_down": 2147483648}],
           "message": "Operation successful", "timestamp": "2025-07-29T17:55:48.826362Z"}\
          """);
      assertThat(response.get("data")).hasSize(3);
      assertValues(
          response.at("/data/0"),
          """
          {"client_name": "GPU Server 1", "cpu_usage": 45, "mem_usage": 60, "disk_usage": 30,
           "network_up": 1073741824, "network_down": 2147483648}\
          """);
    }
  }

  /** Waits for the roll-up of the days, which runs every few seconds. */
  private void assertMonitorDays(MusterProcess node) {
    AssertionPoller.awaitAssertion(
        TIMEOUT,
        () -> {
          var response = node.json("/api/user/client_monitor" + CLIENT_QUERY);
          assertSameStructure(
              response,
              """
              {"success": true,
               "data": [{"client_id": "6e1131b4b9cc454aa6ce3294ab860b2d", "client_name": "GPU Server 1",
                 "created_at": "2025-07-01T10:00:00", "updated_at": "2025-07-29T17:55:48",
                 "date": "2025-07-29", "avg_cpu_usage": 45.5, "avg_memory_usage": 60.2,
                 "avg_disk_usage": 30.1, "total_network_in_bytes": 1073741824,
                 "total_network_out_bytes": 2147483648, "total_heartbeats": 1440,
                 "last_heartbeat": "2025-07-29T17:55:48.826362Z", "avg_network_in_bytes": 745496.5,
                 "avg_network_out_bytes": 1490993.0}],
               "message": "Operation successful", "timestamp": "2025-07-29T17:55:48.826362Z"}\
              """);
          // Just after midnight UTC they belong to two days.
          assertThat(response.at("/data").findValues("total_heartbeats"))
              .extracting(JsonNode::asInt)
              .satisfies(
                  counts ->
                      assertThat(counts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(3));
          assertThat(response.at("/data/0/avg_network_in_bytes").asDouble())
              .isEqualTo(2147483648.0);
        });
    AssertionPoller.awaitAssertion(
        TIMEOUT,
        () -> {
          var client = node.json("/api/user/client_list?user_id=12").at("/data/devices/0");
          assertThat(client.get("uptime_days").asInt()).isPositive();
        });
  }

  private static void editClient(MusterProcess node) throws Exception {
    var response =
        post(
            node,
            "/api/user/edit_client_info",
            """
            {"user_id": "12", "client_id": "%s", "name": "Updated GPU Server 1",
             "client_status": "maintenance"}\
            """
                .formatted(CLIENT));

    assertSameStructure(response, SUCCESS_BODY);
    var client = node.json("/api/user/client_list" + CLIENT_QUERY).at("/data/devices/0");
    assertThat(client.get("client_name").asText()).isEqualTo("Updated GPU Server 1");
    assertThat(client.get("client_status").asText()).isEqualTo("maintenance");
    var statistics = node.json("/api/user/client_stat?user_id=12").get("data");
    assertThat(statistics.get("systems_maintenance_number").asInt()).isEqualTo(1);
  }

  private static void insertAndListModels(MusterProcess node) throws Exception {
    var model =
        """
        {"name": "llama-2-7b", "version": "1.0", "version_code": 1, "engine_type": 0,
         "is_active": true, "min_memory_mb": 8192, "min_gpu_memory_gb": 16}\
        """;

    assertSameStructure(post(node, "/api/models/insert", model), SUCCESS_BODY);
    for (var query : List.of("", "?is_active=true&min_gpu_memory_gb=16")) {
      assertSameStructure(
          node.json("/api/models/get" + query),
          """
          {"success": true,
           "data": [{"id": 1, "name": "llama-2-7b", "version": "1.0", "version_code": 1,
             "is_active": true, "min_memory_mb": 8192, "min_gpu_memory_gb": 16,
             "created_at": "2025-07-01T10:00:00.000000Z"}],
           "message": "Operation successful", "timestamp": "2025-07-29T17:55:48.826362Z"}\
          """);
    }
    assertThat(node.json("/api/models/get?min_gpu_memory_gb=15").get("data")).isEmpty();
  }

  private static JsonNode post(MusterProcess node, String path, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(node.baseUrl("rest") + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    var response = HTTP.send(request, BodyHandlers.ofString(UTF_8));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return parseJson(response.body());
  }

  /**
   * Asserts that objects have the same keys, in any order within the data, and that entries of
   * lists have the structure of the example's.
   */
  private static void assertSameStructure(JsonNode response, String example) throws IOException {
    var expected = parseJson(example);
    assertThat(response.fieldNames())
        .toIterable()
        .containsExactly("success", "data", "message", "timestamp");
    assertThat(response.get("message")).isEqualTo(expected.get("message"));
    assertThat(typedPaths("", response)).isEqualTo(typedPaths("", expected));
  }

  private static void assertValues(JsonNode actual, String expected) throws IOException {
    for (var entry : parseJson(expected).properties()) {
      assertThat(actual.get(entry.getKey())).as(entry.getKey()).isEqualTo(entry.getValue());
    }
  }

  /** Returns every path with the type of its value; for an instant with its digits as zeros. */
  private static List<String> typedPaths(String path, JsonNode node) {
    var paths = new ArrayList<String>();
    if (node.isObject()) {
      node.properties().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(
              field -> paths.addAll(typedPaths(path + "." + field.getKey(), field.getValue())));
    } else if (node.isArray()) {
      node.forEach(entry -> paths.addAll(typedPaths(path + "[]", entry)));
      return paths.stream().distinct().toList();
    } else {
      var instant = node.asText().replaceAll("[0-9]", "0");
      paths.add(path + " " + (instant.startsWith("0000-00-00") ? instant : type(node)));
    }
    return paths;
  }

  private static String type(JsonNode node) {
    return node.isIntegralNumber() ? "integer" : node.getNodeType().toString();
  }

  private LocalDate today() {
    return Instant.now(clock).atZone(ZoneOffset.UTC).toLocalDate();
  }

  private static JsonNode parseJson(String json) throws IOException {
    return new ObjectMapper().readTree(json);
  }
}

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
 * and a real PostgreSQL. The answers have the keys, the order and the types of the documentation's
 * examples, and their values where the same readings were sent.
 */
class RestWorkflowIT {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String CLIENT = "6e1131b4b9cc454aa6ce3294ab860b2d";
  private static final String KEYS = "?user_id=12&client_id=" + CLIENT;
  private static final String DONE =
      """
      {"success": true, "data": null, "message": "Operation successful",
       "timestamp": "2025-07-29T17:55:48.826362Z"}\
      """;

  @TempDir private Path data;

  private final Clock clock = Clock.systemUTC();

  @Test
  void documentedWorkflow_requestByRequest_answersAsDocumented() throws Exception {
    try (var node = MusterProcess.start(data, "--roles", "api,aggregator,registry")) {
      node.awaitBanner();
      AssertionPoller.awaitAssertion(
          SOON, () -> assertThat(node.get("/api/models/get").statusCode()).isEqualTo(200));
      creates(node);
      sendsHeartbeats(node);
      lists(node);
      showsDetails(node);
      counts(node);
      showsHealth(node);
      showsDays(node);
      edits(node);
      knowsModels(node);
    }
  }

  private static void creates(MusterProcess node) throws Exception {
    var created =
        post(
            node,
            "/api/user/insert_client",
            """
            {"user_id": "12", "client_id": "%s", "client_status": "online", "os_type": "Linux",
             "name": "GPU Server 1"}\
            """
                .formatted(CLIENT));

    assertSameForm(created, DONE.replace("null", "[]"));
    var listed = node.json("/api/user/client_list?user_id=12").at("/data/devices/0");
    assertThat(listed.get("client_status").asText()).isEqualTo("online");
    assertThat(listed.get("device_name").asText()).isEmpty();
    assertThat(node.json("/api/user/client_health?user_id=12").get("data")).isEmpty();
  }

  /** What the documentation's examples say of the host, at three instants. */
  private void sendsHeartbeats(MusterProcess node) throws Exception {
    var beats = new ArrayList<String>();
    for (var age : List.of(20, 10, 0)) {
      beats.add(
          """
          {"client_id": "%s", "timestamp": "%s", "cpu_usage": 45, "mem_usage": 60, "disk_usage": 30,
           "network_up": 1073741824, "network_down": 2147483648,
           "devices": [{"device_index": 0, "name": "NVIDIA GeForce RTX 4090", "temp": 72, "usage": 85,
             "memory_used_bytes": 19327352832, "memory_total_bytes": 25769803776, "power_usage": 350}]}\
          """
              .formatted(CLIENT, clock.instant().minusSeconds(age)));
    }

    var stored = post(node, "/api/heartbeats", beats.toString());

    assertThat(stored.get("data"))
        .isEqualTo(
            tree("{\"accepted\": 3, \"duplicate\": 0, \"out_of_range\": 0, \"unknown\": 0}"));
    assertThat(post(node, "/api/heartbeats", beats.toString()).at("/data/duplicate").asInt())
        .isEqualTo(3);
  }

  private static void lists(MusterProcess node) throws Exception {
    for (var path : List.of("/api/user/client_list", "/api/user/client_status_list")) {
      var listed = node.json(path + "?user_id=12&status=online");

      assertSameForm(
          listed,
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
      assertThat(listed.at("/data/total").asInt()).isEqualTo(1);
      var host = listed.at("/data/devices/0");
      assertValues(
          host,
          """
          {"client_id": "6e1131b4b9cc454aa6ce3294ab860b2d", "client_name": "GPU Server 1",
           "client_status": "online", "os_type": "Linux", "device_name": "NVIDIA GeForce RTX 4090",
           "tflops": 83, "cpu_usage": 45, "memory_usage": 60, "storage_usage": 30}\
          """);
    }
  }

  private static void showsDetails(MusterProcess node) throws Exception {
    var shown = node.json("/api/user/client_device_detail" + KEYS);

    assertSameForm(
        shown,
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
        shown.at("/data/system_info"),
        "{\"cpu_usage\": 45, \"memory_usage\": 60, \"storage_usage\": 30, \"device_memsize\":"
            + " 24576}");
    assertValues(
        shown.at("/data/device_info/0"),
        """
        {"device_index": 0, "name": "NVIDIA GeForce RTX 4090", "temp": 72, "usage": 85, "mem_usage": 75,
         "power_usage": 350}\
        """);
    assertThat(shown.at("/data/system_info/health"))
        .isEqualTo(
            node.json("/api/user/client_list?user_id=12").at("/data/devices/0").get("health"));
  }

  private static void counts(MusterProcess node) throws Exception {
    var counted = node.json("/api/user/client_stat?user_id=12");

    assertSameForm(
        counted,
        """
        {"success": true,
         "data": {"systems_total_number": 10, "systems_online_number": 8,
           "systems_maintenance_number": 1, "systems_warnings_number": 1, "total_tflops": 830,
           "uptime_rate": 95},
         "message": "Operation successful", "timestamp": "2025-07-29T17:55:48.826362Z"}\
        """);
    assertValues(
        counted.get("data"),
        """
        {"systems_total_number": 1, "systems_online_number": 1, "systems_maintenance_number": 0,
         "systems_warnings_number": 0, "total_tflops": 83}\
        """);
  }

  private void showsHealth(MusterProcess node) throws Exception {
    var today = today();
    var range = "&start_date=%s&end_date=%s".formatted(today.minusDays(1), today);
    for (var query : List.of("?user_id=12", KEYS, KEYS + range)) {
      var shown = node.json("/api/user/client_health" + query);

      assertSameForm(
          shown,
          """
          {"success": true,
           "data": [{"client_id": "6e1131b4b9cc454aa6ce3294ab860b2d", "client_name": "GPU Server 1",
             "timestamp": "2025-07-29T17:55:48.826362Z", "cpu_usage": 45, "mem_usage": 60,
             "disk_usage": 30, "network_up": 1073741824, "network_down": 2147483648}],
           "message": "Operation successful", "timestamp": "2025-07-29T17:55:48.826362Z"}\
          """);
      assertThat(shown.get("data")).hasSize(3);
      assertValues(
          shown.at("/data/0"),
          """
          {"client_name": "GPU Server 1", "cpu_usage": 45, "mem_usage": 60, "disk_usage": 30,
           "network_up": 1073741824, "network_down": 2147483648}\
          """);
    }
  }

  /** Days are folded every few seconds. */
  private void showsDays(MusterProcess node) {
    AssertionPoller.awaitAssertion(
        SOON,
        () -> {
          var shown = node.json("/api/user/client_monitor" + KEYS);
          assertSameForm(
              shown,
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
          // Just after midnight they are of two days.
          assertThat(shown.at("/data").findValues("total_heartbeats"))
              .extracting(JsonNode::asInt)
              .satisfies(
                  counts ->
                      assertThat(counts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(3));
          assertThat(shown.at("/data/0/avg_network_in_bytes").asDouble()).isEqualTo(2147483648.0);
        });
    AssertionPoller.awaitAssertion(
        SOON,
        () -> {
          var host = node.json("/api/user/client_list?user_id=12").at("/data/devices/0");
          assertThat(host.get("uptime_days").asInt()).isPositive();
        });
  }

  private static void edits(MusterProcess node) throws Exception {
    var edited =
        post(
            node,
            "/api/user/edit_client_info",
            """
            {"user_id": "12", "client_id": "%s", "name": "Updated GPU Server 1",
             "client_status": "maintenance"}\
            """
                .formatted(CLIENT));

    assertSameForm(edited, DONE);
    var host = node.json("/api/user/client_list" + KEYS).at("/data/devices/0");
    assertThat(host.get("client_name").asText()).isEqualTo("Updated GPU Server 1");
    assertThat(host.get("client_status").asText()).isEqualTo("maintenance");
    var counted = node.json("/api/user/client_stat?user_id=12").get("data");
    assertThat(counted.get("systems_maintenance_number").asInt()).isEqualTo(1);
  }

  private static void knowsModels(MusterProcess node) throws Exception {
    var model =
        """
        {"name": "llama-2-7b", "version": "1.0", "version_code": 1, "engine_type": 0,
         "is_active": true, "min_memory_mb": 8192, "min_gpu_memory_gb": 16}\
        """;

    assertSameForm(post(node, "/api/models/insert", model), DONE);
    for (var query : List.of("", "?is_active=true&min_gpu_memory_gb=16")) {
      assertSameForm(
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
        HttpRequest.newBuilder(URI.create(node.base("fleet") + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    var answer = HTTP.send(request, BodyHandlers.ofString(UTF_8));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return tree(answer.body());
  }

  /**
   * The same keys in objects, in any order within the data; entries of lists like the one shown.
   */
  private static void assertSameForm(JsonNode answer, String example) throws IOException {
    var shown = tree(example);
    assertThat(answer.fieldNames())
        .toIterable()
        .containsExactly("success", "data", "message", "timestamp");
    assertThat(answer.get("message")).isEqualTo(shown.get("message"));
    assertThat(forms("", answer)).isEqualTo(forms("", shown));
  }

  private static void assertValues(JsonNode answer, String expected) throws IOException {
    for (var entry : tree(expected).properties()) {
      assertThat(answer.get(entry.getKey())).as(entry.getKey()).isEqualTo(entry.getValue());
    }
  }

  /** Every path with the type of what is there; instants with their number of digits. */
  private static List<String> forms(String path, JsonNode node) {
    var forms = new ArrayList<String>();
    if (node.isObject()) {
      node.properties().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(field -> forms.addAll(forms(path + "." + field.getKey(), field.getValue())));
    } else if (node.isArray()) {
      node.forEach(entry -> forms.addAll(forms(path + "[]", entry)));
      return forms.stream().distinct().toList();
    } else {
      var instant = node.asText().replaceAll("[0-9]", "0");
      forms.add(path + " " + (instant.startsWith("0000-00-00") ? instant : type(node)));
    }
    return forms;
  }

  private static String type(JsonNode node) {
    return node.isIntegralNumber() ? "integer" : node.getNodeType().toString();
  }

  private LocalDate today() {
    return Instant.now(clock).atZone(ZoneOffset.UTC).toLocalDate();
  }

  private static JsonNode tree(String json) throws IOException {
    return new ObjectMapper().readTree(json);
  }
}

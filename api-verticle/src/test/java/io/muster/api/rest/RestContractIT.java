package io.muster.api.rest;

import static io.muster.api.rest.FakeFleet.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.api.rest.contract.RestContract;
import io.muster.api.rest.contract.RestOperation;
import io.muster.schema.history.HealthHead;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.json.schema.JsonSchema;
import io.vertx.openapi.contract.OpenAPIContract;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The document, the routes and the answers agree. */
class RestContractIT {
  private static final RestNode NODE = RestNode.start();
  private static final RestContract CONTRACT = ApiNode.await(RestContract.load(NODE.vertx()));
  private static final JsonObject DOCUMENT = new JsonObject(Buffer.buffer(CONTRACT.document()));

  @AfterAll
  static void close() {
    NODE.close();
  }

  @BeforeEach
  void refill() {
    NODE.fleet().points = FakePages.of(new HealthHead("raw"), FakeFleet.POINT);
  }

  @Test
  void routes_areThoseOfTheDocument() {
    var services = new Services(NODE.fleet(), NODE.fleet(), NODE.fleet());
    var door = new RestDoor(CONTRACT, services, InstantSource.system());

    assertThat(
            door.routes(NODE.vertx()).getRoutes().stream().filter(route -> route.getPath() != null))
        .extracting(Route::getPath)
        .containsExactlyInAnyOrderElementsOf(DOCUMENT.getJsonObject("paths").fieldNames());
    assertThat(DOCUMENT.getJsonObject("paths").fieldNames())
        .containsExactlyInAnyOrder(
            "/api/user/insert_client",
            "/api/user/client_list",
            "/api/user/client_status_list",
            "/api/user/client_device_detail",
            "/api/user/edit_client_info",
            "/api/user/client_stat",
            "/api/user/client_monitor",
            "/api/user/client_health",
            "/api/models/insert",
            "/api/models/get",
            "/api/heartbeats");
  }

  @Test
  void operations_areAllMountedAndTheirExamplesTaken() {
    for (var operation : CONTRACT.operations()) {
      assertThat(example(operation).status()).as(operation.id()).isEqualTo(200);
    }
  }

  @Test
  void answers_areWhatTheDocumentSays() {
    var json = DOCUMENT.copy();
    json.remove("servers");
    var contract = ApiNode.await(OpenAPIContract.from(NODE.vertx(), json));
    for (var operation : CONTRACT.operations()) {
      refill();
      var schema = response(contract, operation, "200");
      var answer = example(operation).json();

      var result = contract.getSchemaRepository().validator(schema).validate(answer);

      assertThat(result.getValid()).as(operation.id() + result.getErrors()).isTrue();
      var failure = NODE.get("/api/user/client_stat").json();
      var refused = response(contract, operation, "400");
      assertThat(contract.getSchemaRepository().validator(refused).validate(failure).getValid())
          .isTrue();
      assertThat(contract.getSchemaRepository().validator(refused).validate(answer).getValid())
          .isFalse();
    }
  }

  @Test
  void document_describesEveryFieldThatIsAnswered() {
    for (var operation : CONTRACT.operations()) {
      refill();
      var shown =
          operation(operation)
              .getJsonObject("responses")
              .getJsonObject("200")
              .getJsonObject("content")
              .getJsonObject("application/json")
              .getJsonObject("example");
      assertThat(keys(example(operation).json())).as(operation.id()).isEqualTo(keys(shown));
    }
  }

  private static List<String> keys(Object json) {
    if (json instanceof JsonObject object) {
      return object.stream()
          .sorted(Map.Entry.comparingByKey())
          .flatMap(
              member -> keys(member.getValue()).stream().map(key -> member.getKey() + "." + key))
          .toList();
    }
    return json instanceof JsonArray list && !list.isEmpty() ? keys(list.getValue(0)) : List.of("");
  }

  private static JsonSchema response(
      OpenAPIContract contract, RestOperation operation, String status) {
    var content =
        contract.operation(operation.id()).getResponse(Integer.parseInt(status)).getContent();
    return content.values().iterator().next().getSchema();
  }

  private static JsonObject operation(RestOperation operation) {
    return DOCUMENT
        .getJsonObject("paths")
        .getJsonObject(operation.path())
        .getJsonObject(operation.method().name().toLowerCase(Locale.ROOT));
  }

  /** The request that the document shows. */
  private static Exchange example(RestOperation operation) {
    var described = operation(operation);
    if (!described.containsKey("requestBody")) {
      return NODE.get(operation.path() + "?user_id=12&client_id=" + CLIENT);
    }
    var example =
        described
            .getJsonObject("requestBody")
            .getJsonObject("content")
            .getJsonObject("application/json")
            .getValue("example");
    return NODE.post(operation.path(), example.toString());
  }
}

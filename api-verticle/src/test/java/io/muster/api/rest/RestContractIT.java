package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.net.URLEncoder;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The document, the routes and the responses agree. */
class RestContractIT {
  private static final RestTestNode NODE = RestTestNode.start();
  private static final RestContract CONTRACT = ApiNode.await(RestContract.load(NODE.vertx()));
  private static final JsonObject DOCUMENT = new JsonObject(Buffer.buffer(CONTRACT.document()));

  @AfterAll
  static void close() {
    NODE.close();
  }

  @BeforeEach
  void resetPages() {
    NODE.services().healthPoints = FakePages.of(new HealthHead("raw"), FakeRestServices.POINT);
  }

  @Test
  void routes_areThoseOfTheDocument() {
    var fake = NODE.services();
    var services = new RestServices(fake, fake, fake, new FakeEventService(fake.calls));
    var endpoint = new RestEndpoint(NODE.vertx(), CONTRACT, services, InstantSource.system());

    assertThat(
            endpoint.routes().getRoutes().stream()
                .map(Route::getPath)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()))
        .isEqualTo(
            DOCUMENT.getJsonObject("paths").fieldNames().stream()
                .map(path -> path.replaceAll("\\{(\\w+)}", ":$1"))
                .collect(Collectors.toSet()));
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
            "/api/models/{id}",
            "/api/hosts",
            "/api/devices",
            "/api/hosts/{host}",
            "/api/hosts/{host}/history",
            "/api/devices/{uuid}/history",
            "/api/fleet",
            "/api/fleet/energy",
            "/api/events",
            "/api/heartbeats");
  }

  @Test
  void operations_examplesOfTheDocument_areAccepted() {
    for (var operation : CONTRACT.operations()) {
      assertThat(exampleResponse(operation).status()).as(operation.id()).isEqualTo(200);
    }
  }

  @Test
  void responses_conformToTheDocument() {
    var contract =
        ApiNode.await(OpenAPIContract.from(NODE.vertx(), RestContract.supportedDocument(DOCUMENT)));
    for (var operation : CONTRACT.operations()) {
      resetPages();
      var schema = responseSchema(contract, operation, "200");
      var response = exampleResponse(operation).json();

      var result = contract.getSchemaRepository().validator(schema).validate(response);

      assertThat(result.getValid()).as(operation.id() + result.getErrors()).isTrue();
      var failure = NODE.get("/api/user/client_stat").json();
      var failureSchema = responseSchema(contract, operation, "400");
      assertThat(
              contract.getSchemaRepository().validator(failureSchema).validate(failure).getValid())
          .isTrue();
      assertThat(
              contract.getSchemaRepository().validator(failureSchema).validate(response).getValid())
          .isFalse();
    }
  }

  @Test
  void document_describesEveryFieldOfTheResponses() {
    for (var operation : CONTRACT.operations()) {
      resetPages();
      var exampleOfTheDocument =
          operation(operation)
              .getJsonObject("responses")
              .getJsonObject("200")
              .getJsonObject("content")
              .getJsonObject("application/json")
              .getJsonObject("example");
      assertThat(keys(exampleResponse(operation).json()))
          .as(operation.id())
          .isEqualTo(keys(exampleOfTheDocument));
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

  private static JsonSchema responseSchema(
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

  /** Sends the example request of the document. */
  private static Exchange exampleResponse(RestOperation operation) {
    var described = operation(operation);
    if (!described.containsKey("requestBody")) {
      return NODE.send(operation.method().name(), exampleTarget(operation.path(), described));
    }
    var example =
        described
            .getJsonObject("requestBody")
            .getJsonObject("content")
            .getJsonObject("application/json")
            .getValue("example");
    return NODE.post(operation.path(), example.toString());
  }

  /** Returns the path and the query with the example values of the parameters. */
  private static String exampleTarget(String path, JsonObject described) {
    var target = path + "?";
    for (var each : described.getJsonArray("parameters", new JsonArray())) {
      var parameter = (JsonObject) each;
      var name = parameter.getString("name");
      if (parameter.containsKey("example")) {
        var example = OpenApiRequests.parameterValue(parameter.getValue("example"));
        var value = URLEncoder.encode(example.toString(), UTF_8);
        target =
            parameter.getString("in").equals("path")
                ? target.replace("{" + name + "}", value)
                : target + "&" + name + "=" + value;
      }
    }
    return target;
  }
}

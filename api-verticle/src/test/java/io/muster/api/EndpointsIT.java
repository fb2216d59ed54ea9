package io.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.api.allsmi.SnapshotEndpoint;
import io.muster.api.bridge.BridgeEndpoint;
import io.muster.api.fleet.TestFrame;
import io.muster.api.http.Endpoint;
import io.muster.api.rest.RestEndpoint;
import io.muster.api.rest.contract.RestContract;
import io.muster.bus.transport.BusService;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.HealthChecks;
import io.muster.runtime.node.Node;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every endpoint of the list answers for all its paths, and in its own format. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndpointsIT {
  private static final String HOST = "a";

  private final ApiNode node = ApiNode.start();
  private final ApiNode nodeWithToken = ApiNode.start(ApiNode.config(Optional.of("s3cret"), 256));

  @BeforeAll
  void publish() {
    node.publish(TestFrame.of(HOST).build());
  }

  @AfterAll
  void close() {
    node.close();
    nodeWithToken.close();
  }

  Stream<Arguments> paths() {
    return createEndpoints(node.vertx()).stream()
        .flatMap(
            endpoint ->
                endpoint.paths().stream()
                    .map(path -> path.replace(":host", HOST).replace("*", "unknown"))
                    .map(path -> Arguments.of(endpoint, path)));
  }

  @ParameterizedTest
  @MethodSource("paths")
  void send_anotherMethod_isRejectedInTheFormatOfTheEndpoint(Endpoint endpoint, String path) {
    var response = node.send("PATCH", path, "Content-Length: 0");

    assertThat(response.status())
        .isEqualTo(endpoint instanceof RestEndpoint || isUnknownPath(endpoint, path) ? 404 : 405);
    if (!isUnknownPath(endpoint, path)) {
      assertFormat(endpoint, response);
    }
  }

  /** A path that is answered with 404 without a body. */
  private static boolean isUnknownPath(Endpoint endpoint, String path) {
    return endpoint instanceof BridgeEndpoint && path.endsWith("/unknown");
  }

  @ParameterizedTest
  @MethodSource("paths")
  void get_invalidQuery_isAcceptedOrRejectedInTheFormatOfTheEndpoint(
      Endpoint endpoint, String path) {
    var query = "?host=a&host=b&alive=maybe&interval=soon&throttle=soon";

    var response = node.send("HEAD", path + query);
    assertThat(response.status()).isLessThan(500);
    if (response.status() >= 400 && !isUnknownPath(endpoint, path)) {
      assertFormat(endpoint, node.get(path + query));
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void get_pathBelow_belongsToTheEndpointOnlyIfItOwnsAllPathsBelow(Endpoint endpoint, String path) {
    var response = node.get(path + "/x/unknown");

    assertThat(response.status()).isEqualTo(404);
    if (endpoint instanceof RestEndpoint) {
      assertFormat(endpoint, response);
    } else {
      assertThat(response.body()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void get_withoutToken_isRejectedInTheFormatOfTheEndpoint(Endpoint endpoint, String path) {
    var response = nodeWithToken.get(path);

    if (endpoint.isPublic()) {
      assertThat(response.status()).isNotEqualTo(401);
    } else {
      assertThat(response.status()).isEqualTo(401);
      assertThat(response.header("www-authenticate")).contains("Bearer");
      assertFormat(endpoint, response);
    }
  }

  @Test
  void list_publicEndpoints_areTheProbesAndThePage() {
    assertThat(
            createEndpoints(node.vertx()).stream()
                .filter(Endpoint::isPublic)
                .flatMap(endpoint -> endpoint.paths().stream()))
        .containsExactlyInAnyOrder("/-/ready", "/healthz", "/readyz", "/", "/assets/:name");
  }

  /** Asserts that the body of a failure is in the format of the endpoint. */
  static void assertFormat(Endpoint endpoint, Exchange response) {
    if (endpoint instanceof SnapshotEndpoint) {
      assertThat(response.json().fieldNames()).containsExactlyInAnyOrder("error", "schema");
    } else if (endpoint instanceof RestEndpoint) {
      assertThat(response.body()).startsWith("{\"success\":false,\"data\":null,\"message\":");
    } else {
      assertThat(response.header("content-type")).contains("text/plain; charset=utf-8");
      assertThat(response.body()).isNotEmpty();
    }
  }

  /** Creates the endpoints of a node without hosts, which answer nothing by themselves. */
  static List<Endpoint> createEndpoints(Vertx vertx) {
    var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var state =
        SharedState.create(
            vertx,
            ApiNode.config(Map.of()),
            new Node(
                vertx,
                HOST,
                "fleet",
                "0",
                Clocks.system(),
                new HealthChecks(),
                meters,
                new BusService(vertx, meters, System::nanoTime),
                Map::of),
            ApiNode.await(RestContract.load(vertx)),
            Optional.empty());
    return Endpoints.create(state, LoopState.create(vertx, state));
  }
}

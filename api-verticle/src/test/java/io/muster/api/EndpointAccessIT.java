package io.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bridge.BridgeEndpoint;
import io.muster.api.fleet.TestFrame;
import io.muster.api.http.Endpoint;
import io.muster.api.rest.RestEndpoint;
import io.muster.api.rest.contract.RestContract;
import io.muster.api.rest.contract.RestOperation;
import io.muster.api.socktop.SocktopEndpoint;
import io.muster.api.usage.UsageEndpoint;
import io.muster.api.websocket.RawWebSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every path of every endpoint, and every operation of the REST interface, for each combination of
 * token, requested host, origin and method: which requests are rejected, with which status, and
 * which responses a page may read.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndpointAccessIT {
  private static final String HOST = "a";
  private static final String SECRET = "s3cret";

  /** All routes of the bridge; requests that it does not answer otherwise get 404. */
  private static final List<String> BRIDGE_PATHS =
      List.of(
          "/eventbus",
          "/eventbus/unknown",
          "/eventbus/info",
          "/eventbus/iframe.html",
          "/eventbus/websocket",
          "/eventbus/0/access/websocket",
          "/eventbus/0/access/xhr_send",
          "/eventbus/0/access/jsonp_send",
          "/eventbus/0/access/jsonp",
          "/eventbus/0/access/htmlfile",
          "/eventbus/0/access/xhr_streaming");

  private final ApiNode openNode = start("");
  private final ApiNode nodeWithToken = start(SECRET);

  @BeforeAll
  void publish() {
    openNode.publish(TestFrame.of(HOST).build());
    nodeWithToken.publish(TestFrame.of(HOST).build());
  }

  @AfterAll
  void close() {
    openNode.close();
    nodeWithToken.close();
  }

  Stream<Arguments> paths() {
    return EndpointsIT.createEndpoints(openNode.vertx()).stream()
        .flatMap(endpoint -> paths(endpoint).map(path -> Arguments.of(endpoint, path)));
  }

  private Stream<String> paths(Endpoint endpoint) {
    var operations =
        endpoint instanceof RestEndpoint
            ? ApiNode.await(RestContract.load(openNode.vertx())).operations()
            : List.<RestOperation>of();
    return Stream.concat(
        operations.stream().map(RestOperation::path),
        endpoint instanceof BridgeEndpoint
            ? BRIDGE_PATHS.stream()
            : endpoint.paths().stream()
                .map(path -> path.replace(":host", HOST).replace("*", "unknown")));
  }

  @ParameterizedTest
  @MethodSource("paths")
  void send_withoutATokenOnTheNode_dependsOnHostAndOrigin(Endpoint endpoint, String path)
      throws IOException {
    for (var request : requests()) {
      assertOutcome(openNode, endpoint, path, request, expectedStatus(endpoint, request));
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void send_withATokenOnTheNode_dependsOnTheToken(Endpoint endpoint, String path)
      throws IOException {
    for (var request : requests()) {
      var expected =
          endpoint.isPublic() || request.token == Token.RIGHT
              ? expectedStatusOfHandshake(endpoint, request)
              : OptionalInt.of(401);
      assertOutcome(nodeWithToken, endpoint, path, request, expected);
    }
  }

  /** The status of the rejection by a node without a token; empty if it admits the request. */
  private static OptionalInt expectedStatus(Endpoint endpoint, Request request) {
    if (request.host == Party.FOREIGN) {
      return OptionalInt.of(421);
    }
    return request.method == Method.POST && request.origin == Party.FOREIGN
        ? OptionalInt.of(403)
        : expectedStatusOfHandshake(endpoint, request);
  }

  /** A page opens WebSockets, and uses the bridge, at the host of its own origin only. */
  private static OptionalInt expectedStatusOfHandshake(Endpoint endpoint, Request request) {
    var isWebSocket = endpoint instanceof SocktopEndpoint || endpoint instanceof UsageEndpoint;
    return (endpoint instanceof BridgeEndpoint
                || (isWebSocket && request.method == Method.HANDSHAKE))
            && request.origin != Party.NONE
            && request.origin != request.host
        ? OptionalInt.of(403)
        : OptionalInt.empty();
  }

  private void assertOutcome(
      ApiNode node, Endpoint endpoint, String path, Request request, OptionalInt expectedStatus)
      throws IOException {
    var text = request.text(path);
    try (var response = RawWebSocket.connect(node.mainAddress(), text)) {
      var status = response.status();
      var isRejected = List.of(401, 403, 421).contains(status);
      assertThat(isRejected ? OptionalInt.of(status) : OptionalInt.empty())
          .as(text)
          .isEqualTo(expectedStatus);
      assertThat(response.head().contains("access-control-allow-origin: "))
          .as(text)
          .isEqualTo(
              endpoint instanceof BridgeEndpoint
                  ? request.origin != Party.NONE && !isRejected && status != 101
                  : endpoint.allowsAllOrigins() && node == nodeWithToken);
    }
    if (expectedStatus.isPresent() && request.method != Method.HANDSHAKE) {
      EndpointsIT.assertFormat(endpoint, Exchange.sendRaw(node.mainAddress(), text));
    }
  }

  private static List<Request> requests() {
    var requests = new ArrayList<Request>();
    for (var token : Token.values()) {
      for (var method : Method.values()) {
        requests.addAll(requests(token, method));
      }
    }
    return requests;
  }

  private static List<Request> requests(Token token, Method method) {
    return Stream.of(Party.OWN, Party.FOREIGN)
        .flatMap(
            host ->
                Stream.of(Party.values()).map(origin -> new Request(token, host, origin, method)))
        .toList();
  }

  private static ApiNode start(String token) {
    return ApiNode.start(
        ApiNode.config(
            Map.of(
                "api.token",
                token,
                "api.limits.websockets_per_address",
                "0",
                "api.limits.wrong_tokens",
                "0")));
  }

  private enum Token {
    NONE(""),
    WRONG("Authorization: Bearer wrong\r\n"),
    RIGHT("Authorization: Bearer " + SECRET + "\r\n");

    private final String header;

    Token(String header) {
      this.header = header;
    }
  }

  /** Names of this node, or of a page that is not its own. */
  private enum Party {
    NONE(""),
    OWN("localhost"),
    FOREIGN("attacker.example");

    private final String name;

    Party(String name) {
      this.name = name;
    }
  }

  private enum Method {
    GET("GET", ""),
    POST("POST", "Content-Type: text/plain\r\nContent-Length: 2\r\n"),
    HANDSHAKE(
        "GET",
        """
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        """);

    private final String name;
    private final String headers;

    Method(String name, String headers) {
      this.name = name;
      this.headers = headers;
    }
  }

  private record Request(Token token, Party host, Party origin, Method method) {
    String text(String path) {
      var originHeader = origin == Party.NONE ? "" : "Origin: http://" + origin.name + ":8080\r\n";
      var connection = method == Method.HANDSHAKE ? "Upgrade" : "close";
      return method.name
          + " "
          + path
          + " HTTP/1.1\r\nHost: "
          + host.name
          + ":9090\r\nConnection: "
          + connection
          + "\r\n"
          + method.headers
          + token.header
          + originHeader
          + "\r\n"
          + (method == Method.POST ? "{}" : "");
    }
  }
}

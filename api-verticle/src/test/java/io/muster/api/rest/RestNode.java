package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiConfig;
import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.bus.Address;
import io.muster.bus.service.BusService;
import io.muster.bus.service.HeartbeatService;
import io.muster.bus.service.HistoryService;
import io.muster.bus.service.RegistryService;
import io.muster.runtime.config.HostPort;
import io.vertx.core.Vertx;
import java.util.Map;

/** The api role with a fleet of fakes behind it. */
record RestNode(ApiNode node, FakeFleet fleet) implements AutoCloseable {
  static final String JSON = "Content-Type: application/json";

  static RestNode start() {
    return start(ApiNode.config(Map.of()));
  }

  static RestNode start(ApiConfig config) {
    var node = ApiNode.start(config);
    var fleet = new FakeFleet();
    var vertx = node.vertx();
    ApiNode.await(BusService.register(vertx, Address.REGISTRY, RegistryService.class, fleet));
    ApiNode.await(BusService.register(vertx, Address.HISTORY, HistoryService.class, fleet));
    ApiNode.await(BusService.register(vertx, Address.HEARTBEATS, HeartbeatService.class, fleet));
    return new RestNode(node, fleet);
  }

  HostPort address() {
    return node.main();
  }

  Vertx vertx() {
    return node.vertx();
  }

  Exchange get(String target, String... headers) {
    return node.get(target, headers);
  }

  Exchange send(String method, String target) {
    return node.send(method, target);
  }

  Exchange post(String target, String json) {
    return Exchange.post(address(), target, json.getBytes(UTF_8), JSON);
  }

  /** The answer is a failure in the envelope that says this, and nobody was asked for anything. */
  void assertRefused(Exchange answer, int status, String message) {
    assertFailure(answer, status);
    assertThat(answer.json().getString("message")).isEqualTo(message);
    assertThat(fleet.calls).isEmpty();
  }

  static void assertFailure(Exchange answer, int status) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.header("content-type")).contains("application/json");
    assertThat(answer.header("access-control-allow-origin")).contains("*");
    assertThat(answer.body())
        .startsWith("{\"success\":false,\"data\":null,\"message\":\"")
        .endsWith("\",\"timestamp\":\"2026-08-08T12:35:00.500000Z\"}");
    assertThat(answer.json().getString("message")).isNotBlank().doesNotContain("Exception");
  }

  @Override
  public void close() {
    node.close();
  }
}

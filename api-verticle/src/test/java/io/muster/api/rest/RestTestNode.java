package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiConfig;
import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.bus.Address;
import io.muster.bus.service.FleetEventService;
import io.muster.bus.service.HeartbeatService;
import io.muster.bus.service.HistoryService;
import io.muster.bus.service.RegistryService;
import io.muster.runtime.config.HostPort;
import io.vertx.core.Vertx;
import java.util.Map;

/** A node of the api role with fake services. */
record RestTestNode(ApiNode node, FakeRestServices services) implements AutoCloseable {
  static final String JSON = "Content-Type: application/json";

  static RestTestNode start() {
    return start(ApiNode.config(Map.of()));
  }

  static RestTestNode start(ApiConfig config) {
    var node = ApiNode.start(config);
    var services = new FakeRestServices();
    var bus = node.services();
    ApiNode.await(bus.register(Address.REGISTRY, RegistryService.class, services));
    ApiNode.await(bus.register(Address.HISTORY, HistoryService.class, services));
    ApiNode.await(bus.register(Address.HEARTBEATS, HeartbeatService.class, services));
    ApiNode.await(
        bus.register(
            Address.FLEET_EVENTS, FleetEventService.class, new FakeEventService(services.calls)));
    return new RestTestNode(node, services);
  }

  HostPort address() {
    return node.mainAddress();
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

  /** Asserts a failure with this message in the envelope, and that no service was called. */
  void assertRejected(Exchange response, int status, String message) {
    assertFailure(response, status);
    assertThat(response.json().getString("message")).isEqualTo(message);
    assertThat(services.calls).isEmpty();
  }

  static void assertFailure(Exchange response, int status) {
    assertThat(response.status()).as(response.body()).isEqualTo(status);
    assertThat(response.header("content-type")).contains("application/json");
    assertThat(response.body())
        .startsWith("{\"success\":false,\"data\":null,\"message\":\"")
        .endsWith("\",\"timestamp\":\"2026-08-08T12:35:00.500000Z\"}");
    assertThat(response.json().getString("message")).isNotBlank().doesNotContain("Exception");
  }

  @Override
  public void close() {
    node.close();
  }
}

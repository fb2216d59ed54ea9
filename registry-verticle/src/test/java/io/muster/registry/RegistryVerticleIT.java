package io.muster.registry;

import static io.muster.registry.Rows.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.bus.Address;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.BusService;
import io.muster.bus.service.RegistryService;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.HealthBoard;
import io.muster.runtime.node.Node;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RegistryVerticleIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final String CLIENT = "0123456789abcdef".repeat(2);

  @Test
  void registry_overTheBus_announcesAndLists() {
    var vertx = postgres.vertx();
    var node =
        new Node(
            vertx,
            "here",
            "fleet",
            "0",
            Clocks.system(),
            new HealthBoard(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    await(vertx.deployVerticle(new RegistryVerticle(node, postgres.database())));
    var registry =
        BusService.proxy(vertx, Address.REGISTRY, RegistryService.class, Duration.ofSeconds(10));

    await(registry.announce(registration("mine", "host")));
    await(registry.register(registration("mine", "edited")));

    assertThat(await(registry.clients(query("mine"))).devices().get(0).clientName())
        .isEqualTo("edited");
    assertThatThrownBy(() -> await(registry.register(registration("yours", "stolen"))))
        .isInstanceOfSatisfying(
            FleetException.class,
            failure -> assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT));
    assertThatThrownBy(() -> await(registry.clients(query("a\0"))))
        .isInstanceOfSatisfying(
            FleetException.class,
            failure -> assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT));
  }

  private static ClientQuery query(String user) {
    return new ClientQuery(
        user, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static ClientRegistration registration(String user, String name) {
    return new ClientRegistration(user, CLIENT, "online", Optional.of("linux"), name);
  }
}

package io.muster.registry;

import static io.muster.registry.RegistryTables.assertFails;
import static io.muster.registry.RegistryTables.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.bus.Address;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.RegistryService;
import io.muster.bus.transport.BusService;
import io.muster.registry.client.HealthFormula;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.HealthChecks;
import io.muster.runtime.node.Node;
import io.muster.schema.client.ClientEdit;
import io.muster.schema.client.ClientKey;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.ClientSummary;
import io.muster.schema.client.LimitOffset;
import io.muster.schema.client.RegisteredHostQuery;
import io.muster.schema.model.Model;
import io.muster.schema.model.ModelId;
import io.muster.schema.model.ModelQuery;
import io.muster.schema.model.ModelRegistration;
import io.muster.testkit.AllRows;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests of the registry role over the event bus. */
class RegistryVerticleIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final String CLIENT = "0123456789abcdef".repeat(2);
  private static final Optional<String> NONE = Optional.empty();

  private static RegistryService registry;

  @BeforeAll
  static void deploy() {
    var vertx = postgres.vertx();
    var meterRegistry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var services = new BusService(vertx, meterRegistry, System::nanoTime);
    var node =
        new Node(
            vertx,
            "host-a",
            "fleet",
            "0",
            Clocks.system(),
            new HealthChecks(),
            meterRegistry,
            services,
            Map::of);
    var config = new RegistryConfig(HealthFormula.FULL);
    await(vertx.deployVerticle(new RegistryVerticle(config, node, postgres.database())));
    registry = services.proxy(Address.REGISTRY, RegistryService.class, Duration.ofSeconds(10));
  }

  @Test
  void registry_clients_areRegisteredEditedAndListed() {
    await(registry.announce(registration("mine", "host")));
    await(registry.register(registration("mine", "registered")));
    await(registry.edit(new ClientEdit("mine", CLIENT, NONE, Optional.of("edited"), NONE, NONE)));

    var list = AllRows.of(registry.clients(query("mine")), ClientSummary.class);
    assertThat(list.head().total()).isEqualTo(1);
    assertThat(list.rows()).extracting(ClientSummary::clientName).containsExactly("edited");
    assertThat(await(registry.client(new ClientKey("mine", CLIENT))).deviceInfo()).isEmpty();
    assertFails(registry.register(registration("yours", "stolen")), Code.INVALID_ARGUMENT);
    assertFails(registry.client(new ClientKey("yours", CLIENT)), Code.CLIENT_UNKNOWN);
    assertThat(await(registry.hosts(hosts("name", 1))).total()).isEqualTo(1);
    assertThat(await(registry.host("edited")).registration().clientId()).isEqualTo(CLIENT);
    await(registry.deleteHost(CLIENT));
    assertFails(registry.host(CLIENT), Code.CLIENT_UNKNOWN);
  }

  @Test
  void registry_models_areRegisteredAndListed() {
    await(registry.registerModel(model("llama")));

    var allModels = new ModelQuery(Optional.empty(), Optional.empty(), LimitOffset.ALL);
    var list = AllRows.of(registry.models(allModels), Model.class);
    assertThat(list.rows()).extracting(Model::name).containsExactly("llama");
    var id = new ModelId(list.rows().get(0).id());
    await(registry.deleteModel(id));
    assertFails(registry.deleteModel(id), Code.MODEL_UNKNOWN);
  }

  @Test
  void registry_invalidRequests_areRejected() {
    assertFails(registry.announce(registration("a\0", "host")), Code.INVALID_ARGUMENT);
    assertFails(registry.register(registration("mine", "")), Code.INVALID_ARGUMENT);
    assertFails(
        registry.edit(new ClientEdit("mine", "xyz", NONE, NONE, NONE, NONE)),
        Code.INVALID_ARGUMENT);
    assertFails(registry.clients(query("a\0")), Code.INVALID_ARGUMENT);
    assertFails(registry.client(new ClientKey("", CLIENT)), Code.INVALID_ARGUMENT);
    assertFails(registry.registerModel(model("")), Code.INVALID_ARGUMENT);
    assertFails(registry.host("a\0"), Code.INVALID_ARGUMENT);
    assertFails(registry.deleteHost("host"), Code.INVALID_ARGUMENT);
    assertFails(registry.hosts(hosts("size", 1)), Code.INVALID_ARGUMENT);
    assertFails(registry.hosts(hosts("name", 1001)), Code.INVALID_ARGUMENT);
  }

  private static RegisteredHostQuery hosts(String sort, int limit) {
    return new RegisteredHostQuery(
        new RegisteredHostQuery.HostFilter(NONE, NONE, NONE, NONE, Optional.empty(), NONE, NONE),
        sort,
        NONE,
        limit);
  }

  private static ClientQuery query(String user) {
    return new ClientQuery(user, NONE, NONE, NONE, NONE, LimitOffset.ALL);
  }

  private static ClientRegistration registration(String user, String name) {
    return new ClientRegistration(user, CLIENT, "online", Optional.of("linux"), name);
  }

  private static ModelRegistration model(String name) {
    return new ModelRegistration(
        name, "1", 1, 0, Optional.empty(), Optional.empty(), Optional.empty());
  }
}

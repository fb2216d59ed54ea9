package io.muster.registry;

import io.muster.bus.Address;
import io.muster.bus.service.BusService;
import io.muster.bus.service.RegistryService;
import io.muster.runtime.database.Database;
import io.muster.runtime.meter.CountedService;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** The registry role: answers {@link RegistryService} from PostgreSQL. */
public final class RegistryVerticle extends VerticleBase {
  private final Node node;
  private final Database database;

  public RegistryVerticle(Node node, Database database) {
    this.node = node;
    this.database = database;
  }

  @Override
  public Future<?> start() {
    var registry =
        CountedService.of(
            RegistryService.class,
            new PostgresRegistry(database, node.clocks().wall()),
            "registry",
            node.meters(),
            node.clocks().nanos());
    return BusService.export(vertx, Address.REGISTRY, RegistryService.class, registry);
  }
}

package io.muster.bus;

/**
 * The addresses on the event bus: few, because each consumer of one is an entry in every node's
 * subscription table.
 */
public final class Address {
  /** Every frame of every host, published by collectors, consumed once by each api node. */
  public static final String FRAMES = "muster.frames";

  /** {@code HeartbeatService}, served by aggregators. */
  public static final String HEARTBEATS = "muster.heartbeats";

  /** {@code HistoryService}, served by aggregators. */
  public static final String HISTORY = "muster.history";

  /** {@code RegistryService}, served by registries. */
  public static final String REGISTRY = "muster.registry";

  /** {@code FleetEventService}, served by aggregators. */
  public static final String FLEET_EVENTS = "muster.events";

  /** Every stored fleet event, published by aggregators, consumed once by each api node. */
  public static final String STORED_EVENTS = "muster.events.stored";

  private Address() {}

  /**
   * Returns the address at which the collector of one host receives demands for costly sections
   * ({@link DemandTopic}) and serves {@code HostService}. Both share one address, because a
   * collector that simulates a thousand hosts has a thousand of them.
   */
  public static String collector(String hostId) {
    return "muster.collector." + hostId;
  }
}

package io.muster.bus;

/**
 * The addresses on the event bus: few, because each consumer of one is an entry in every node's
 * subscription table.
 */
public final class Address {
  /** Every frame of every host, published by collectors, consumed once by each api node. */
  public static final String FRAMES = "muster.frames";

  /** {@code HeartbeatService}, answered by aggregators. */
  public static final String HEARTBEATS = "muster.heartbeats";

  /** {@code HistoryService}, answered by aggregators. */
  public static final String HISTORY = "muster.history";

  /** {@code RegistryService}, answered by registries. */
  public static final String REGISTRY = "muster.registry";

  private Address() {}

  /**
   * The collector of one host: it hears there which costly sections somebody wants ({@link
   * DemandTopic}), and answers {@code HostService}. One address for all of it, since a collector
   * that simulates a thousand hosts has a thousand of them.
   */
  public static String collector(String hostId) {
    return "muster.collector." + hostId;
  }
}

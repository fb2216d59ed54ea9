package io.muster.api.bridge.address;

import io.muster.api.bridge.BridgeMetrics;
import io.muster.api.bridge.OutboundAddress;
import io.muster.api.state.FleetState;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The address {@code muster.summary}: the sums over the fleet, at each of its ticks and when a host
 * becomes silent. Confined to one event loop.
 */
public final class SummaryAddress implements OutboundAddress {
  private static final String ADDRESS = "muster.summary";

  private final NewestValue summary;

  /**
   * Creates the address.
   *
   * @param current returns the newest fleet state
   */
  public SummaryAddress(Supplier<FleetState> current, BridgeMetrics metrics) {
    this.summary = new NewestValue(ADDRESS, () -> Optional.of(json(current.get())), metrics);
  }

  @Override
  public boolean matches(String address) {
    return address.equals(ADDRESS);
  }

  @Override
  public SessionRegistration register(String address, Runnable onReady) {
    return summary.register(onReady, () -> {});
  }

  @Override
  public void onState(FleetState state) {
    summary.replace(() -> json(state));
  }

  private static Buffer json(FleetState state) {
    return Buffer.buffer(WireJson.bytes(FleetSummary.of(state.head().at(), state.hosts())));
  }
}

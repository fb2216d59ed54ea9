package io.muster.api.bridge.address;

import io.muster.api.bridge.BridgeMetrics;
import io.muster.api.bridge.OutboundAddress;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.schema.frame.SectionSelection;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses {@code muster.host.NAME}: the frames of one host, as {@code /snapshot?host=NAME}
 * returns them. A host may report only later. Confined to one event loop.
 */
public final class HostFrames implements OutboundAddress {
  private static final String PREFIX = "muster.host.";

  private final FleetView view;
  private final BridgeMetrics metrics;
  private final Map<String, NewestValue> frameByHost = new HashMap<>();

  public HostFrames(FleetView view, BridgeMetrics metrics) {
    this.view = view;
    this.metrics = metrics;
  }

  @Override
  public boolean matches(String address) {
    return address.startsWith(PREFIX) && address.length() > PREFIX.length();
  }

  @Override
  public SessionRegistration register(String address, Runnable onReady) {
    var host = address.substring(PREFIX.length());
    var frames =
        frameByHost.computeIfAbsent(
            host,
            name ->
                new NewestValue(
                    address,
                    () -> view.currentFrame(Optional.of(name)).map(HostFrames::json),
                    metrics));
    return frames.register(onReady, () -> removeUnused(host));
  }

  @Override
  public void onFrame(Optional<String> scope, FleetFrame frame) {
    scope.map(frameByHost::get).ifPresent(frames -> frames.replace(() -> json(frame)));
  }

  private void removeUnused(String host) {
    frameByHost.computeIfPresent(host, (name, frames) -> frames.isUnused() ? null : frames);
  }

  private static Buffer json(FleetFrame frame) {
    return frame.bytes(SectionSelection.DEFAULT).json(false).toBuffer();
  }
}

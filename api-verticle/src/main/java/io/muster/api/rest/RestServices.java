package io.muster.api.rest;

import io.muster.bus.Address;
import io.muster.bus.service.FleetEventService;
import io.muster.bus.service.HeartbeatService;
import io.muster.bus.service.HistoryService;
import io.muster.bus.service.RegistryService;
import io.muster.bus.transport.BusService;
import java.time.Duration;

/**
 * The services behind the REST interface.
 *
 * @param registry clients and models
 * @param history reads stored heartbeats and roll-ups
 * @param heartbeats stores heartbeats
 * @param events reads stored fleet events
 */
public record RestServices(
    RegistryService registry,
    HistoryService history,
    HeartbeatService heartbeats,
    FleetEventService events) {

  /**
   * Returns the services on the event bus.
   *
   * @param timeout timeout of each call
   */
  public static RestServices on(BusService services, Duration timeout) {
    return new RestServices(
        services.proxy(Address.REGISTRY, RegistryService.class, timeout),
        services.proxy(Address.HISTORY, HistoryService.class, timeout),
        services.proxy(Address.HEARTBEATS, HeartbeatService.class, timeout),
        services.proxy(Address.FLEET_EVENTS, FleetEventService.class, timeout));
  }
}

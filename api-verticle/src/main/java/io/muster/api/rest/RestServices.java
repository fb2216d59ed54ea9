package io.muster.api.rest;

import io.muster.bus.service.HeartbeatService;
import io.muster.bus.service.HistoryService;
import io.muster.bus.service.RegistryService;

/**
 * The services behind the REST interface.
 *
 * @param registry clients and models
 * @param history reads stored heartbeats and roll-ups
 * @param heartbeats stores heartbeats
 */
public record RestServices(
    RegistryService registry, HistoryService history, HeartbeatService heartbeats) {}

package io.muster.api.rest;

import io.muster.bus.service.HeartbeatService;
import io.muster.bus.service.HistoryService;
import io.muster.bus.service.RegistryService;

/**
 * Who answers the requests of the REST interface.
 *
 * @param registry clients and models
 * @param history what is remembered
 * @param heartbeats what is to be remembered
 */
public record RestServices(
    RegistryService registry, HistoryService history, HeartbeatService heartbeats) {}

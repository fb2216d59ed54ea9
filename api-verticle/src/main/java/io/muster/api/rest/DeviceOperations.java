package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.bus.service.RegistryService;
import io.muster.schema.client.RegisteredDeviceQuery;
import io.vertx.core.Future;

/** The operations on accelerators of all hosts. */
final class DeviceOperations {
  private static final String DEFAULT_SORT = "host";
  private static final int DEFAULT_LIMIT = 100;

  private final RegistryService registry;

  DeviceOperations(RegistryService registry) {
    this.registry = registry;
  }

  Future<RestResponse> list(Arguments request) {
    return registry
        .devices(
            new RegisteredDeviceQuery(
                request.text("user_id"),
                request.text("host"),
                request.text("text"),
                request.text("sort").orElse(DEFAULT_SORT),
                request.text("cursor"),
                request.integer("limit").orElse(DEFAULT_LIMIT)))
        .map(RestResponse::of);
  }
}

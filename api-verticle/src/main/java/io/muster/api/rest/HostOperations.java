package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.bus.service.RegistryService;
import io.muster.schema.client.RegisteredHostQuery;
import io.muster.schema.client.RegisteredHostQuery.HostFilter;
import io.vertx.core.Future;

/** The operations on hosts of all owners: list, show and delete. */
final class HostOperations {
  private static final String DEFAULT_SORT = "name";
  private static final int DEFAULT_LIMIT = 100;

  private final RegistryService registry;

  HostOperations(RegistryService registry) {
    this.registry = registry;
  }

  Future<RestResponse> list(Arguments request) {
    var filter =
        new HostFilter(
            request.text("user_id"),
            request.text("status"),
            request.text("valid_status"),
            request.text("model"),
            request.integer("health_below"),
            request.text("warning"),
            request.text("text"));
    return registry
        .hosts(
            new RegisteredHostQuery(
                filter,
                request.text("sort").orElse(DEFAULT_SORT),
                request.text("cursor"),
                request.integer("limit").orElse(DEFAULT_LIMIT)))
        .map(RestResponse::of);
  }

  Future<RestResponse> find(Arguments request) {
    return registry.host(request.requiredText("host")).map(RestResponse::of);
  }

  Future<RestResponse> delete(Arguments request) {
    return registry
        .deleteHost(StandardArguments.clientIdOf(request, "host"))
        .map(RestResponse.NO_DATA);
  }
}

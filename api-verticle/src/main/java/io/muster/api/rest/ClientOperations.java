package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.RegistryService;
import io.muster.schema.client.ClientEdit;
import io.muster.schema.client.ClientKey;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.vertx.core.Future;
import java.util.Map;

/** The operations on clients: register, edit, list and show. */
final class ClientOperations {
  private final RegistryService registry;

  ClientOperations(RegistryService registry) {
    this.registry = registry;
  }

  Future<RestResponse> insert(Arguments request) {
    return registry
        .register(
            new ClientRegistration(
                StandardArguments.userId(request),
                StandardArguments.requiredClientId(request),
                request.requiredText("client_status"),
                request.text("os_type"),
                request.requiredText("name")))
        .map(RestResponse.EMPTY_LIST);
  }

  Future<RestResponse> edit(Arguments request) {
    return registry
        .edit(
            new ClientEdit(
                StandardArguments.userId(request),
                StandardArguments.requiredClientId(request),
                request.text("os_type"),
                request.text("name"),
                request.text("client_status"),
                request.text("valid_status")))
        .map(RestResponse.NO_DATA)
        .recover(cause -> translateUnknownClient(cause, "Client not found"));
  }

  Future<RestResponse> list(Arguments request) {
    return registry
        .clients(
            new ClientQuery(
                StandardArguments.userId(request),
                StandardArguments.clientId(request),
                request.nonEmptyText("status"),
                request.nonEmptyText("name"),
                request.nonEmptyText("valid_status"),
                StandardArguments.limitAndOffset(request)))
        .map(
            clients ->
                new RestResponse.PagedResponse(
                    clients,
                    "{\"total\":" + clients.head().total() + ",\"devices\":[",
                    "]}",
                    Map.of()));
  }

  Future<RestResponse> detail(Arguments request) {
    return registry
        .client(
            new ClientKey(
                StandardArguments.userId(request), StandardArguments.requiredClientId(request)))
        .map(RestResponse::of)
        .recover(cause -> translateUnknownClient(cause, "Device not found"));
  }

  private static Future<RestResponse> translateUnknownClient(Throwable cause, String message) {
    return Future.failedFuture(
        cause instanceof FleetException failure && failure.code() == Code.CLIENT_UNKNOWN
            ? new FleetException(Code.CLIENT_UNKNOWN, message, cause)
            : cause);
  }
}

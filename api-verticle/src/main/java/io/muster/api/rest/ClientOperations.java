package io.muster.api.rest;

import io.muster.api.rest.answer.Reply;
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

/** Clients, registered, edited and listed. */
final class ClientOperations {
  private final RegistryService registry;

  ClientOperations(RegistryService registry) {
    this.registry = registry;
  }

  Future<Reply> insert(Arguments request) {
    return registry
        .register(
            new ClientRegistration(
                Requests.userId(request),
                Requests.requiredClientId(request),
                request.required("client_status"),
                request.text("os_type"),
                request.required("name")))
        .map(Reply.NONE);
  }

  Future<Reply> edit(Arguments request) {
    return registry
        .edit(
            new ClientEdit(
                Requests.userId(request),
                Requests.requiredClientId(request),
                request.text("os_type"),
                request.text("name"),
                request.text("client_status"),
                request.text("valid_status")))
        .map(Reply.NULL)
        .recover(cause -> unknown(cause, "Client not found"));
  }

  Future<Reply> list(Arguments request) {
    return registry
        .clients(
            new ClientQuery(
                Requests.userId(request),
                Requests.clientId(request),
                request.condition("status"),
                request.condition("name"),
                request.condition("valid_status"),
                Requests.slice(request)))
        .map(
            clients ->
                new Reply.Rows(
                    clients,
                    "{\"total\":" + clients.head().total() + ",\"devices\":[",
                    "]}",
                    Map.of()));
  }

  Future<Reply> detail(Arguments request) {
    return registry
        .client(new ClientKey(Requests.userId(request), Requests.requiredClientId(request)))
        .map(Reply::of)
        .recover(cause -> unknown(cause, "Device not found"));
  }

  private static Future<Reply> unknown(Throwable cause, String message) {
    return Future.failedFuture(
        cause instanceof FleetException failure && failure.code() == Code.CLIENT_UNKNOWN
            ? new FleetException(Code.CLIENT_UNKNOWN, message, cause)
            : cause);
  }
}

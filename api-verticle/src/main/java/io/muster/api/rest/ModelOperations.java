package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.bus.service.RegistryService;
import io.muster.schema.model.ModelId;
import io.muster.schema.model.ModelQuery;
import io.muster.schema.model.ModelRegistration;
import io.vertx.core.Future;

/** The operations on the catalog of models. */
final class ModelOperations {
  private final RegistryService registry;

  ModelOperations(RegistryService registry) {
    this.registry = registry;
  }

  Future<RestResponse> insert(Arguments request) {
    return registry
        .registerModel(
            new ModelRegistration(
                request.requiredText("name"),
                request.requiredText("version"),
                request.longInteger("version_code").orElseThrow(),
                request.integer("engine_type").orElseThrow(),
                request.flag("is_active"),
                request.integer("min_memory_mb"),
                request.integer("min_gpu_memory_gb")))
        .map(RestResponse.NO_DATA);
  }

  Future<RestResponse> delete(Arguments request) {
    return registry
        .deleteModel(new ModelId(request.integer("id").orElseThrow()))
        .map(RestResponse.NO_DATA);
  }

  Future<RestResponse> list(Arguments request) {
    return registry
        .models(
            new ModelQuery(
                request.flag("is_active"),
                request.integer("min_gpu_memory_gb"),
                StandardArguments.limitAndOffset(request)))
        .map(RestResponse::list);
  }
}

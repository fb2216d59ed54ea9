package io.muster.registry.model;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.transport.NoHead;
import io.muster.bus.transport.Pages;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.RowPages;
import io.muster.runtime.database.SqlFilter;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.json.WireTime;
import io.muster.schema.model.Model;
import io.muster.schema.model.ModelId;
import io.muster.schema.model.ModelQuery;
import io.muster.schema.model.ModelRegistration;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The models in PostgreSQL. Requests must be valid; the results are described at {@link
 * io.muster.bus.service.RegistryService}. Safe for use by any context.
 */
public final class PostgresModelStore {
  private static final SqlStatement REGISTER =
      SqlStatement.load(PostgresModelStore.class, "register-model.sql");
  private static final SqlStatement LIST =
      SqlStatement.load(PostgresModelStore.class, "list-models.sql");
  private static final String DELETE = "DELETE FROM model WHERE id = $1";

  private final Database database;
  private final InstantSource clock;

  public PostgresModelStore(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Creates the version of a model, or replaces its registration. */
  public Future<Void> register(ModelRegistration model) {
    var statement =
        REGISTER
            .bind("name", model.name())
            .bind("version", model.version())
            .bind("version_code", model.versionCode())
            .bind("engine_type", (short) model.engineType())
            .bind("is_active", model.isActive().orElse(null))
            .bind("min_memory_mb", model.minMemoryMb().orElse(null))
            .bind("min_gpu_memory_gb", model.minGpuMemoryGb().orElse(null))
            .bind("now", clock.instant().atOffset(ZoneOffset.UTC));
    return database.withConnection(statement::execute).mapEmpty();
  }

  /** Deletes one version of a model. */
  public Future<Void> delete(ModelId model) {
    return database
        .withConnection(sql -> sql.preparedQuery(DELETE).execute(Tuple.of(model.id())))
        .compose(
            rows ->
                rows.rowCount() == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new FleetException(Code.MODEL_UNKNOWN, "Model not found")));
  }

  /** Returns the models that match, those that need most GPU memory first. */
  public Future<Pages<NoHead, Model>> list(ModelQuery query) {
    var statement =
        new SqlFilter()
            .and("active", query.isActive(), "is_active = :active")
            .and(
                "gpu_memory_gb",
                query.minGpuMemoryGb(),
                "(min_gpu_memory_gb IS NULL OR min_gpu_memory_gb <= :gpu_memory_gb)")
            .bind(LIST)
            .bind("limit", query.slice().limit().orElse(null))
            .bind("offset", query.slice().offset());
    return database
        .openCursor(statement.sql(), statement.values())
        .map(cursor -> RowPages.of(NoHead.NO_HEAD, cursor, PostgresModelStore::toModel));
  }

  private static Model toModel(Row row) {
    return new Model(
        row.getInteger("id"),
        row.getString("name"),
        row.getString("version"),
        row.getLong("version_code"),
        row.getBoolean("is_active"),
        Optional.ofNullable(row.getInteger("min_memory_mb")),
        Optional.ofNullable(row.getInteger("min_gpu_memory_gb")),
        WireTime.utcMicros(row.getOffsetDateTime("created_at").toInstant()));
  }
}

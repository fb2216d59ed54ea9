package io.muster.bus.transport;

import io.micrometer.core.instrument.MeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.metrics.MeterFactory;
import io.muster.schema.json.WireText;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The services of one node: those that it provides, and proxies of those that it uses. A service is
 * an interface whose methods take one record or text and return a {@code Future}. Over the event
 * bus, the argument and the result are sent as a {@link ServiceMessage}, the method's name as a
 * header, and a {@link FleetException} as a failed reply with its code. A method may also return a
 * {@code Future} of {@link Pages}. Safe for use by any thread.
 */
public final class BusService {
  private static final String METHOD_HEADER = "method";
  private static final int MAX_MESSAGE_BYTES = 1024;
  private static final DeliveryOptions REPLY_OPTIONS =
      new DeliveryOptions().setCodecName(ServiceMessage.CODEC_NAME);

  private final Vertx vertx;
  private final MeterFactory meterFactory;
  private final LongSupplier nanoTime;
  private final Map<String, DirectService> directServices = new ConcurrentHashMap<>();

  /**
   * Creates the services of a node, which provides none yet.
   *
   * @param meterRegistry counts the calls of the provided services
   * @param nanoTime elapsed time, ns
   */
  public BusService(Vertx vertx, MeterRegistry meterRegistry, LongSupplier nanoTime) {
    this.vertx = vertx;
    this.meterFactory = new MeterFactory(meterRegistry, "muster.service.");
    this.nanoTime = nanoTime;
    ServiceMessage.registerCodec(vertx);
  }

  /**
   * Returns a proxy of the service at the address. A call fails with {@code TIMEOUT} if no reply
   * arrives in time, with {@code UNAVAILABLE} at once if the address has no consumer, and always
   * with a {@link FleetException}. Throws {@link IllegalArgumentException} if the type is not a
   * service interface.
   */
  public <T> T proxy(String address, Class<T> type, Duration timeout) {
    LocalService.methodsOf(type); // Throws if the type is not a service interface.
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                method.getDeclaringClass() == Object.class
                    ? invokeObjectMethod(self, method, arguments, address)
                    : call(address, method, arguments[0], timeout)));
  }

  /**
   * Provides a service that several nodes may provide: calls are distributed among them, and those
   * that this node serves are counted, by the last part of the address. Completes when the
   * registration has propagated to every node of the cluster. Throws {@link
   * IllegalArgumentException} if the type is not a service interface.
   */
  public <T> Future<MessageConsumer<Buffer>> register(
      String address, Class<T> type, T implementation) {
    var name = address.substring(address.lastIndexOf('.') + 1);
    var metrics =
        new CallMetrics(
            meterFactory.withTag("service", name), LocalService.methodsOf(type).keySet(), nanoTime);
    var service = new LocalService(address, type, implementation, Optional.of(metrics));
    MessageConsumer<Buffer> consumer =
        vertx.eventBus().consumer(address, request -> serve(request, service));
    return consumer.completion().map(consumer);
  }

  /**
   * Provides a service that only this node provides, on the caller's context: proxies of this node
   * call the implementation directly on it, those of other nodes over the event bus. Calls are not
   * counted, and must not return {@link Pages}. If other nodes provide it nevertheless, each node
   * uses its own; of several on this node, the last one. Completes as {@link #register} does.
   *
   * @param publishedHandler handles the published messages at the same address
   */
  public <T> Future<MessageConsumer<Buffer>> registerDirect(
      String address, Class<T> type, T implementation, Handler<Message<Buffer>> publishedHandler) {
    var service = new LocalService(address, type, implementation, Optional.empty());
    MessageConsumer<Buffer> consumer =
        vertx
            .eventBus()
            .consumer(
                address,
                message -> {
                  if (message.isSend()) {
                    serve(message, service);
                  } else {
                    publishedHandler.handle(message);
                  }
                });
    directServices.put(address, new DirectService(service, vertx.getOrCreateContext(), consumer));
    return consumer.completion().map(consumer);
  }

  private Future<?> call(String address, Method method, Object argument, Duration timeout) {
    var direct = directServices.get(address);
    return direct != null && direct.isAvailable()
        ? direct.call(vertx, method.getName(), argument, timeout)
        : request(address, method, argument, timeout);
  }

  private Future<?> request(String address, Method method, Object argument, Duration timeout) {
    var options =
        new DeliveryOptions()
            .setCodecName(ServiceMessage.CODEC_NAME)
            .setSendTimeout(timeout.toMillis())
            .addHeader(METHOD_HEADER, method.getName());
    return vertx
        .eventBus()
        .request(address, ServiceMessage.of(argument), options)
        .map(reply -> decodeResult(reply, LocalService.resultType(method), address, timeout))
        .recover(cause -> Future.failedFuture(toFleetException(address, cause)));
  }

  private static @Nullable Object decodeResult(
      Message<?> reply, Type type, String address, Duration timeout) {
    if (type instanceof ParameterizedType generic && generic.getRawType() == Pages.class) {
      return PageClient.of(
          reply,
          generic.getActualTypeArguments()[0],
          timeout,
          cause -> toFleetException(address, cause));
    }
    return ServiceMessage.from(reply.body()).decode(type);
  }

  private static void serve(Message<Buffer> request, LocalService service) {
    var methodName = String.valueOf(request.headers().get(METHOD_HEADER));
    service
        .call(methodName, type -> decodeArgument(request, type))
        .onSuccess(
            result -> {
              if (result instanceof Pages<?, ?> pages) {
                PageServer.serve(
                    request,
                    pages,
                    PageServer.PAGE_TIMEOUT,
                    cause -> service.toFleetException(methodName, cause));
              } else {
                request.reply(ServiceMessage.of(result), REPLY_OPTIONS);
              }
            })
        .onFailure(cause -> replyFailure(request, (FleetException) cause));
  }

  /** Decodes what a caller has sent; a message of another codec fails in the way of that codec. */
  private static @Nullable Object decodeArgument(Message<?> request, Type type) {
    Object body;
    try {
      body = request.body();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("undecodable message", e);
    }
    return ServiceMessage.from(body).decode(type);
  }

  /** Replies to a call, or to a request for a page, with a failure. */
  static void replyFailure(Message<?> request, FleetException failure) {
    request.fail(failure.code().busCode(), failure.getMessage());
  }

  private static Throwable toFleetException(String address, Throwable cause) {
    if (!(cause instanceof ReplyException failure)) {
      return new FleetException(Code.INTERNAL, "unreadable reply from " + address, cause);
    }
    return switch (failure.failureType()) {
      case RECIPIENT_FAILURE ->
          new FleetException(
              Code.ofBusCode(failure.failureCode()),
              WireText.excerpt(failure.getMessage(), MAX_MESSAGE_BYTES));
      case TIMEOUT -> new FleetException(Code.TIMEOUT, "no reply in time from " + address, failure);
      case NO_HANDLERS ->
          new FleetException(Code.UNAVAILABLE, "no consumer at " + address, failure);
      case ERROR -> new FleetException(Code.INTERNAL, "event bus failed at " + address, failure);
    };
  }

  private static Object invokeObjectMethod(
      Object self, Method method, Object @Nullable [] arguments, String address) {
    return switch (method.getName()) {
      case "equals" -> arguments != null && self == arguments[0];
      case "hashCode" -> System.identityHashCode(self);
      default -> "service at " + address;
    };
  }
}

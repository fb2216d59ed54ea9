package io.muster.bus.service;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Service interfaces over the event bus. A service is an interface whose methods take one record or
 * text and return a {@code Future}; the argument and the result are sent as a {@link
 * ServiceMessage}, the method's name as a header, and a {@link FleetException} as a failed reply
 * with its code. A method may also return a {@code Future} of {@link Pages}.
 */
public final class BusService {
  private static final Logger log = LoggerFactory.getLogger(BusService.class);
  private static final String METHOD_HEADER = "method";
  private static final ClassValue<Map<String, Method>> METHODS_BY_TYPE =
      new ClassValue<>() {
        @Override
        protected Map<String, Method> computeValue(Class<?> type) {
          return serviceMethods(type);
        }
      };
  private static final DeliveryOptions REPLY_OPTIONS =
      new DeliveryOptions().setCodecName(ServiceMessage.CODEC_NAME);

  private BusService() {}

  /**
   * Returns a proxy of the service at the address. A call fails with {@code TIMEOUT} if no reply
   * arrives in time, with {@code UNAVAILABLE} at once if the address has no consumer, and always
   * with a {@link FleetException}. Throws {@link IllegalArgumentException} if the type is not a
   * service interface.
   */
  public static <T> T proxy(Vertx vertx, String address, Class<T> type, Duration timeout) {
    METHODS_BY_TYPE.get(type); // Throws if the type is not a service interface.
    ServiceMessage.registerCodec(vertx);
    var options =
        new DeliveryOptions()
            .setCodecName(ServiceMessage.CODEC_NAME)
            .setSendTimeout(timeout.toMillis());
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                method.getDeclaringClass() == Object.class
                    ? invokeObjectMethod(self, method, arguments, address)
                    : call(vertx, address, method, arguments[0], options)));
  }

  /**
   * Registers the implementation at the address. Completes when the registration has propagated to
   * every node of the cluster. Throws {@link IllegalArgumentException} if the type is not a service
   * interface.
   */
  public static <T> Future<MessageConsumer<Buffer>> register(
      Vertx vertx, String address, Class<T> type, T implementation) {
    var consumer = vertx.eventBus().consumer(address, requestHandler(vertx, type, implementation));
    return consumer.completion().map(consumer);
  }

  /**
   * Returns a handler that passes each request to the implementation, for an address that also
   * receives other messages.
   */
  public static <T> Handler<Message<Buffer>> requestHandler(
      Vertx vertx, Class<T> type, T implementation) {
    var methods = METHODS_BY_TYPE.get(type);
    ServiceMessage.registerCodec(vertx);
    return request -> handleRequest(request, methods, implementation);
  }

  private static Future<?> call(
      Vertx vertx, String address, Method method, Object argument, DeliveryOptions options) {
    var requestOptions = new DeliveryOptions(options).addHeader(METHOD_HEADER, method.getName());
    return vertx
        .eventBus()
        .request(address, ServiceMessage.of(argument), requestOptions)
        .map(reply -> decodeResult(reply, resultType(method), options, address))
        .recover(cause -> Future.failedFuture(toFleetException(address, cause)));
  }

  private static @Nullable Object decodeResult(
      Message<?> reply, Type type, DeliveryOptions options, String address) {
    if (type instanceof ParameterizedType generic && generic.getRawType() == Pages.class) {
      return PageClient.of(
          reply,
          generic.getActualTypeArguments()[0],
          options.getSendTimeout(),
          cause -> toFleetException(address, cause));
    }
    return ServiceMessage.from(reply.body()).decode(type);
  }

  private static Map<String, Method> serviceMethods(Class<?> type) {
    var methods = new HashMap<String, Method>();
    for (var method : type.getMethods()) {
      if (method.getParameterCount() != 1 || method.getReturnType() != Future.class) {
        throw new IllegalArgumentException(
            method + ": a service method takes one argument and returns a Future");
      }
      if (methods.put(method.getName(), method) != null) {
        throw new IllegalArgumentException(method + ": a service must not overload methods");
      }
    }
    return methods;
  }

  private static void handleRequest(
      Message<Buffer> request, Map<String, Method> methods, Object implementation) {
    invoke(request, methods, implementation)
        .onSuccess(
            result -> {
              if (result instanceof Pages<?> pages) {
                PageServer.serve(
                    request,
                    pages,
                    PageServer.PAGE_TIMEOUT,
                    (pageRequest, cause) -> replyFailure(request, pageRequest, cause));
              } else {
                request.reply(ServiceMessage.of(result), REPLY_OPTIONS);
              }
            })
        .onFailure(cause -> replyFailure(request, request, cause));
  }

  private static Future<?> invoke(
      Message<?> request, Map<String, Method> methods, Object implementation) {
    var method = methods.get(String.valueOf(request.headers().get(METHOD_HEADER)));
    if (method == null) {
      return invalidArgument("unknown method " + request.headers().get(METHOD_HEADER));
    }
    try {
      var argument =
          ServiceMessage.from(request.body()).decode(method.getGenericParameterTypes()[0]);
      if (argument == null) {
        return invalidArgument(method.getName() + ": expected an argument");
      }
      return (Future<?>) method.invoke(implementation, argument);
    } catch (IllegalArgumentException e) {
      return invalidArgument(String.valueOf(e.getMessage()));
    } catch (InvocationTargetException e) {
      return Future.failedFuture(e.getCause());
    } catch (IllegalAccessException e) {
      return Future.failedFuture(e);
    }
  }

  /**
   * Replies with a failure.
   *
   * @param call call of the service
   * @param request message to reply to: the call, or a request for a page of its result
   */
  private static void replyFailure(Message<?> call, Message<?> request, Throwable cause) {
    if (cause instanceof FleetException failure) {
      request.fail(failure.code().busCode(), failure.getMessage());
      return;
    }
    log.error(
        "service failed address={} method={}",
        call.address(),
        call.headers().get(METHOD_HEADER),
        cause);
    request.fail(Code.INTERNAL.busCode(), "internal error in " + call.address());
  }

  private static Throwable toFleetException(String address, Throwable cause) {
    if (!(cause instanceof ReplyException failure)) {
      return new FleetException(Code.INTERNAL, "unreadable reply from " + address, cause);
    }
    return switch (failure.failureType()) {
      case RECIPIENT_FAILURE ->
          new FleetException(
              Code.ofBusCode(failure.failureCode()), String.valueOf(failure.getMessage()));
      case TIMEOUT -> new FleetException(Code.TIMEOUT, "no reply in time from " + address, failure);
      case NO_HANDLERS ->
          new FleetException(Code.UNAVAILABLE, "no consumer at " + address, failure);
      case ERROR -> new FleetException(Code.INTERNAL, "event bus failed at " + address, failure);
    };
  }

  private static <T> Future<T> invalidArgument(String message) {
    return Future.failedFuture(new FleetException(Code.INVALID_ARGUMENT, message));
  }

  private static Type resultType(Method method) {
    return ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments()[0];
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

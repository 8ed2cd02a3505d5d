// Errors, by the names that the server gives them.

export const texts = {
  failed: "That didn't work",
  unreachable: "The server can't be reached",
  unreachableHint: "Check that the server runs and that the network lets you through, then try again.",
  headers: {
    AccessDeniedException: "You aren't allowed to do this",
    BadRequestException: "The request was refused",
    Conflict: "Something else changed it first",
    InternalServerErrorException: "The server failed",
    NotFound: "Not found",
    ResourceNotFoundException: "Not found",
    SessionChanged: "You signed in again in another tab",
    SignedOut: "You are signed out",
    ThrottlingException: "Too many requests",
    TooManyTries: "Too many tries",
  },
};

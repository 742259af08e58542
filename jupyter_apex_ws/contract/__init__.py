"""What crosses a wire: the models of requests and answers, one module a resource."""

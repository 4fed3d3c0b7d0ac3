/** Who is logged in to the sites of the bench, as 42 describes them and as each site keeps them. */
export const person = {
  id: 4242,
  login: 'jdoe',
  email: 'jdoe@student.42.example',
  first_name: 'Jane',
  last_name: 'Doe',
  displayname: 'Jane Doe',
  image: { link: 'https://cdn.intra.42.example/users/jdoe.jpg' },
};
